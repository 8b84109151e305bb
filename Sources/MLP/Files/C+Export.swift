// A model as one C99 file without dependencies: a function from the cells of a row to probabilities or the predicted number, in doubles.
import MatDeriv

extension Model {
  /// `int NAME_predict(const double *x, const char *const *texts, double *probabilities)`, without `texts` where no column has them.
  ///
  /// **Throws**: `notExpressible` if `name` is no identifier.
  func cSource(name: String) throws(MLPError) -> String {
    guard SourceText.isIdentifier(name) else {
      throw .notExpressible(
        "\"\(name)\" is no name in C: it takes letters, digits and _, and does not begin with a digit")
    }
    return CWriter(model: self, name: name).text
  }
}

private struct CWriter {
  let model: Model
  let name: String

  private var numbers: [(name: String, centre: Double, factor: Double, fill: Double)] { model.numberColumns }
  private var categories: [(name: String, values: [String])] { model.categoryColumns }
  private var result: String { model.target.classes == nil ? "prediction" : "probabilities" }
  private var members: [[ExportedLayer]] { model.exportedMembers }

  private var signature: String {
    "int \(name)_predict(const double *x, \(categories.isEmpty ? "" : "const char *const *texts, ")double *\(result))"
  }

  var text: String {
    let members = members
    let tables = members.enumerated().flatMap { k, layers in
      layers.enumerated().flatMap { l, layer in self.tables(layer, member: k, layer: l) }
    }
    return
      ([heading, "#include <math.h>\n#include <string.h>\n"] + columnTables + tables + functions(members) + [
        predict(members)
      ])
      .joined(separator: "\n")
  }

  private var heading: String {
    var lines = model.sourceHeading(name) + ["", signature, ""]
    if numbers.isEmpty {
      lines.append("  x: not read")
    } else {
      lines.append("  x: \(numbers.count) numbers, NAN where one is missing:")
      lines += numbers.enumerated().map { "    \($0) \(SourceText.comment($1.name))" }
    }
    if !categories.isEmpty {
      lines.append("  texts: \(categories.count) texts, NULL where one is missing:")
      lines += categories.enumerated().map { "    \($0) \(SourceText.comment($1.name))" }
    }
    if let classes = model.target.classes {
      lines.append("  probabilities: room for \(classes.count), one for each of \(name)_classes")
      lines.append("  returns the most likely class, counted from 0")
    } else {
      lines.append("  prediction: room for one number")
      lines.append("  returns 0")
    }
    lines += ["", "cc -O2 -std=c99 -c \(name).c, and -lm where it is linked."]
    return "/* " + lines.joined(separator: "\n * ").replacing(" \n", with: "\n") + "\n */"
  }

  // MARK: Tables

  private func table(_ type: String, _ table: String, _ values: [String]) -> String {
    "static const \(type) \(name)_\(table)[\(values.count)] = {\n\(SourceText.lines(values, indentation: "  "))\n};"
  }

  private func doubles(_ table: String, _ values: [Double]) -> String {
    self.table("double", table, values.map(SourceText.hexadecimal))
  }

  private func parameters(_ table: String, _ values: [Double]) -> String {
    model.precision == .double
      ? doubles(table, values)
      : self.table("float", table, values.map { SourceText.hexadecimal(Double(Float($0))) + "f" })
  }

  private var columnTables: [String] {
    var tables: [String] = []
    if !numbers.isEmpty {
      tables.append(doubles("centre", numbers.map(\.centre)))
      tables.append(doubles("factor", numbers.map(\.factor)))
      tables.append(doubles("fill", numbers.map(\.fill)))
    }
    for (j, category) in categories.enumerated() {
      tables.append(table("char *const", "values\(j)", category.values.map(SourceText.cString)))
    }
    if let classes = model.target.classes {
      tables.append(
        "const char *const \(name)_classes[\(classes.count)] = {\n"
          + SourceText.lines(classes.map(SourceText.cString), indentation: "  ") + "\n};")
    }
    return tables
  }

  private func tables(_ layer: ExportedLayer, member k: Int, layer l: Int) -> [String] {
    var tables = [parameters("w\(k)_\(l)", layer.weight.rowMajor), parameters("b\(k)_\(l)", layer.bias)]
    if let norm = layer.norm {
      tables += [parameters("g\(k)_\(l)", norm.gain), parameters("q\(k)_\(l)", norm.shift)]
    }
    return tables
  }

  // MARK: Functions

  private func functions(_ members: [[ExportedLayer]]) -> [String] {
    let type = model.precision == .single ? "float" : "double"
    var functions = [
      """

      /* z = W*x + b, W by rows. */
      static void \(name)_layer(const \(type) *w, const \(type) *b, int rows, int columns, const double *x, double *z) {
        for (int i = 0; i < rows; i++) {
          double sum = b[i];
          for (int j = 0; j < columns; j++) sum += w[(long)i * columns + j] * x[j];
          z[i] = sum;
        }
      }
      """
    ]
    if members.joined().contains(where: { $0.norm != nil }) {
      functions.append(
        """

        /* Each sample to mean 0 and variance 1, then gain and shift. */
        static void \(name)_norm(const \(type) *gain, const \(type) *shift, int n, double *z) {
          double mean = 0, variance = 0;
          for (int i = 0; i < n; i++) mean += z[i] / n;
          for (int i = 0; i < n; i++) variance += (z[i] - mean) * (z[i] - mean) / n;
          for (int i = 0; i < n; i++) z[i] = gain[i] * (z[i] - mean) / sqrt(variance + \(Network.normalizationEpsilon)) + shift[i];
        }
        """)
    }
    let used = Set(members.joined().map(\.activation)).subtracting([.identity])
    for activation in Activation.allCases where used.contains(activation) {
      functions.append(
        """

        static double \(name)_\(CWriter.word(activation))(double z) { return \(CWriter.formula(activation)); }
        """)
    }
    return functions
  }

  private static func word(_ activation: Activation) -> String { activation.rawValue.replacing("-", with: "_") }

  private static func formula(_ activation: Activation) -> String {
    switch activation {
    case .identity: "z"
    case .sigmoid: "z < 0 ? exp(z) / (1 + exp(z)) : 1 / (1 + exp(-z))"
    case .tanh: "tanh(z)"
    case .scaledTanh: "1.7159 * tanh(2 * z / 3)"
    case .relu: "z > 0 ? z : 0"
    case .leakyRelu: "z > 0 ? z : 0.01 * z"
    case .elu: "z > 0 ? z : expm1(z)"
    case .selu:
      "z > 0 ? \(Activation.seluConstants.scale) * z : \(Activation.seluConstants.negative) * expm1(z)"
    case .gelu: "z * erfc(-z * 0.7071067811865476) / 2"
    case .silu: "z < 0 ? z * exp(z) / (1 + exp(z)) : z / (1 + exp(-z))"
    case .mish: "z * tanh((z > 0 ? z : 0) + log1p(exp(-fabs(z))))"
    case .softplus: "(z > 0 ? z : 0) + log1p(exp(-fabs(z)))"
    }
  }

  // MARK: The function

  private func predict(_ members: [[ExportedLayer]]) -> String {
    let outputs = members[0].last!.weight.rows
    let count = model.target.classes?.count ?? 1
    var lines = ["", "\(signature) {", "  double a0[\(model.encoder.width)];"]
    if numbers.isEmpty {
      lines.append("  (void)x;")
    } else {
      lines.append("  for (int j = 0; j < \(numbers.count); j++)")
      lines.append("    a0[j] = ((isnan(x[j]) ? \(name)_fill[j] : x[j]) - \(name)_centre[j]) * \(name)_factor[j];")
    }
    var start = numbers.count
    for (j, category) in categories.enumerated() {
      lines.append("  for (int j = 0; j < \(category.values.count); j++)")
      lines.append("    a0[\(start) + j] = texts[\(j)] && !strcmp(texts[\(j)], \(name)_values\(j)[j]);")
      start += category.values.count
    }
    lines.append("  for (int i = 0; i < \(count); i++) \(result)[i] = 0;")
    for (k, layers) in members.enumerated() {
      lines.append("  {")
      for (l, layer) in layers.enumerated() {
        let (rows, columns) = (layer.weight.rows, layer.weight.columns)
        lines.append("    double a\(l + 1)[\(rows)];")
        lines.append(
          "    \(name)_layer(\(name)_w\(k)_\(l), \(name)_b\(k)_\(l), \(rows), \(columns), a\(l), a\(l + 1));")
        if layer.norm != nil {
          lines.append("    \(name)_norm(\(name)_g\(k)_\(l), \(name)_q\(k)_\(l), \(rows), a\(l + 1));")
        }
        if layer.activation != .identity {
          lines.append(
            "    for (int i = 0; i < \(rows); i++) a\(l + 1)[i] = \(name)_\(CWriter.word(layer.activation))(a\(l + 1)[i]);"
          )
        }
      }
      lines += readout("a\(layers.count)", outputs).map { "    " + $0 }
      lines.append("  }")
    }
    if members.count > 1 { lines.append("  for (int i = 0; i < \(count); i++) \(result)[i] /= \(members.count);") }
    if case .number(_, let centre, let factor) = model.target {
      lines.append(
        "  *\(result) = \(SourceText.hexadecimal(centre)) + *\(result) / \(SourceText.hexadecimal(factor));")
      lines.append("  return 0;")
    } else {
      lines.append("  int best = 0;")
      lines.append("  for (int i = 1; i < \(count); i++)\n    if (\(result)[i] > \(result)[best]) best = i;")
      lines.append("  return best;")
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  /// Adds what the sums or activations `a` of the last layer stand for to the result.
  private func readout(_ a: String, _ n: Int) -> [String] {
    switch model.readout {
    case .plain: ["for (int i = 0; i < \(n); i++) \(result)[i] += \(a)[i];"]
    case .shares:
      [
        "double total = 0;",
        "for (int i = 0; i < \(n); i++) total += \(a)[i] > 0 ? \(a)[i] : 0;",
        "for (int i = 0; i < \(n); i++) \(result)[i] += total > 0 ? (\(a)[i] > 0 ? \(a)[i] : 0) / total : 1.0 / \(n);",
      ]
    case .exponential: ["for (int i = 0; i < \(n); i++) \(result)[i] += exp(\(a)[i]);"]
    case .complement: ["\(result)[0] += 1 - \(a)[0];", "\(result)[1] += \(a)[0];"]
    case .softmax:
      [
        "double largest = \(a)[0], total = 0;",
        "for (int i = 1; i < \(n); i++)\n      if (\(a)[i] > largest) largest = \(a)[i];",
        "for (int i = 0; i < \(n); i++) total += \(a)[i] = exp(\(a)[i] - largest);",
        "for (int i = 0; i < \(n); i++) \(result)[i] += \(a)[i] / total;",
      ]
    }
  }
}
