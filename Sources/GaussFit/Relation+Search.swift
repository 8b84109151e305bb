// From the combinations that the elimination found to relations that a person would have written.
import MatDeriv

extension Relation {
  /// The relations among the columns of a sample, one for each dependent column, with the columns to leave out.
  ///
  /// The column on the left differs from relation to relation, and leaving all of them out leaves independent columns.
  static func search(_ dependence: Dependence, in sample: SampleCovariance) -> [Relation] {
    var relations: [(vector: [Entry], left: Int, rational: Bool)] = []
    for combination in dependence.dependent {
      if let equal = proportional(combination, dependence, sample) {
        relations.append((equal, combination.column, true))
        continue
      }
      let found = zip(combination.coefficients, dependence.independent).filter { coefficient, column in
        abs(coefficient) * sample.standardDeviation[column]
          > 1e-6 * sample.standardDeviation[combination.column]
      }
      let left = Entry(column: combination.column, coefficient: -1)
      let rational = found.compactMap { coefficient, column in
        Rational(nearest: coefficient, tolerance: 1e-8).map { Entry(column: column, coefficient: $0.value) }
      }
      let isRational =
        rational.count == found.count && confirms(rational + [left], sample)
      let all = isRational ? rational : found.map { Entry(column: $0.1, coefficient: $0.0) }
      relations.append((all + [left], combination.column, isRational))
    }
    // A column may change sides only if no other relation uses it: then the rest stays independent.
    for (index, relation) in relations.enumerated() where relation.rational {
      let others = Set(relations.indices.filter { $0 != index }.flatMap { relations[$0].vector.map(\.column) })
      let free = relation.vector.filter { $0.column == relation.left || !others.contains($0.column) }
      relations[index].left = free.map(\.column).min { a, b in
        awkwardness(of: a, relation.vector) < awkwardness(of: b, relation.vector)
      }!
    }
    return relations.map { relation(solving: $0.vector, for: $0.left, rational: $0.rational, sample) }
  }

  private struct Entry {
    let column: Int
    let coefficient: Double
  }

  /// `b = c * a` with one earlier column only, whether that is independent itself or not.
  private static func proportional(
    _ combination: Dependence.Combination, _ dependence: Dependence, _ sample: SampleCovariance
  ) -> [Entry]? {
    let j = combination.column
    let earlier = (dependence.independent + dependence.dependent.map(\.column)).filter { $0 < j }.sorted()
    for k in earlier {
      let ratio = sample.matrix[j, k] / sample.matrix[k, k]
      guard let rational = Rational(nearest: ratio, tolerance: 1e-8) else { continue }
      let pair = [Entry(column: k, coefficient: rational.value), Entry(column: j, coefficient: -1)]
      if confirms(pair, sample) { return pair }
    }
    return nil
  }

  /// Whether the moments bear the vector out: its variance is rounding.
  private static func confirms(_ vector: [Entry], _ sample: SampleCovariance) -> Bool {
    let variance = sample.relativeVariance(of: vector.map { ($0.column, $0.coefficient) })
    return abs(variance) <= 4 * sample.roundingUnit
  }

  /// How a relation reads with this column on the left. Against it count, in this order: that it is neither whole multiples
  /// nor an average (positive coefficients that sum to 1), minus signs, fractions, an early column.
  private static func awkwardness(of column: Int, _ vector: [Entry]) -> (Int, Int, Int, Int) {
    let own = vector.first { $0.column == column }!.coefficient
    let others = vector.filter { $0.column != column }.map { -$0.coefficient / own }
    // 0.6 / 0.2 is a whole number but for rounding.
    let fractions = others.count { Rational(nearest: $0, tolerance: 1e-12)?.denominator != 1 }
    let negative = others.count { $0 < 0 }
    let isAverage = negative == 0 && abs(others.reduce(0, +) - 1) <= 1e-9
    return (fractions == 0 || isAverage ? 0 : 1, negative, fractions, -column)
  }

  private static func relation(
    solving vector: [Entry], for left: Int, rational: Bool, _ sample: SampleCovariance
  ) -> Relation {
    let own = vector.first { $0.column == left }!.coefficient
    let terms = vector.filter { $0.column != left }
      .map { entry in
        let coefficient = -entry.coefficient / own
        let tidy = rational ? Rational(nearest: coefficient, tolerance: 1e-12)?.value ?? coefficient : coefficient
        return Entry(column: entry.column, coefficient: tidy)
      }
      .sorted { $0.column < $1.column }
    // What the means leave is the constant; below 1e-12 of what was added up, it is rounding.
    let constants = sample.means.map { mean in
      let sum = terms.reduce(mean[left]) { $0 - $1.coefficient * mean[$1.column] }
      let size = terms.reduce(abs(mean[left])) { $0 + abs($1.coefficient * mean[$1.column]) }
      return (value: abs(sum) <= (rational ? 1e-12 : 1e-8) * size ? 0 : sum, size: size)
    }
    let agree = constants.allSatisfy { abs($0.value - constants[0].value) <= 1e-12 * ($0.size + constants[0].size) }
    return Relation(
      column: sample.columns[left],
      terms: terms.map { Term(column: sample.columns[$0.column], coefficient: $0.coefficient) },
      constant: agree ? constants[0].value : nil, isRational: rational)
  }
}

extension Rational {
  var value: Double { Double(numerator) / Double(denominator) }
}
