// Names as letters: W1 is W with the index 1, mu the Greek letter, dX a differential.

/// Greek letters by their English names.
enum Letters {
  static let greek: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ",
    "Omega": "Ω",
  ]

  /// The English name of a Greek letter.
  static let names = Dictionary(uniqueKeysWithValues: greek.map { ($0.value, $0.key) })

  /// A single letter, Latin or Greek.
  static func letter(_ text: String) -> String? {
    if let letter = greek[text] { return letter }
    return text.count == 1 && text.first!.isLetter ? text : nil
  }
}

extension Formula {
  /// A name: its letter in italics, bold for vectors, with digits and what stands behind an underscore as index.
  static func name(_ name: String, _ shape: Shape?) -> Formula {
    if name.hasPrefix("d"), let inner = indexed(String(name.dropFirst()), shape, lettersOnly: true) {
      return Formula(.row([Formula(.identifier("d", .upright)), inner]), .compact, shape)
    }
    return indexed(name, shape, lettersOnly: false)!
  }

  private static func indexed(_ name: String, _ shape: Shape?, lettersOnly: Bool) -> Formula? {
    var parts = name.split(separator: "_").map(String.init)
    guard let first = parts.first else { return lettersOnly ? nil : Formula(.identifier(name, .upright)) }
    parts.removeFirst()
    let digits = String(first.reversed().prefix { $0.isNumber }.reversed())
    var base = first
    if !digits.isEmpty, digits.count < first.count {
      base = String(first.dropLast(digits.count))
      parts.insert(digits, at: 0)
    }
    let letter = Letters.letter(base)
    if lettersOnly, letter == nil { return nil }
    let isVector = shape.map { ($0.isColumn || $0.isRow) && !$0.isScalar } ?? false
    let head = Formula(.identifier(letter ?? base, isVector ? .bold : .italic), .atom, shape)
    guard !parts.isEmpty else { return head }
    return head.script(list(parts.map(Formula.script)), nil)
  }

  /// Parts with commas between them.
  static func list(_ parts: [Formula]) -> Formula {
    guard parts.count > 1 else { return parts[0] }
    return Formula(
      .row(parts.enumerated().flatMap { $0.offset == 0 ? [$0.element] : [Formula(.mark(",", .comma)), $0.element] }))
  }
}
