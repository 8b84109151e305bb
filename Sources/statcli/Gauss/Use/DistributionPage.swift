// Sections, records and JSON of distributions that were derived from a saved fit, by conditioning or by leaving columns out.
import GaussFit
import JSONText
import MatDeriv

/// A `.fit` file that was made of another one.
struct DistributionPage {
  let model: Model
  let derived: FitFile

  /// Groups of which whole matrices are shown.
  private static let shownGroups = 6

  /// One section of estimates and one of the covariance for each group.
  var sections: [Section] {
    let all = Array(zip(derived.distributions, derived.priors))
    var sections: [Section] = []
    if derived.groupedBy != nil {
      let rows = all.map { [Table.Cell.text($0.0.group ?? ""), .number($0.1)] }
      sections.append(
        Section("groups", [.table(Table(columns: [.text("group"), .number("weight")], rows: rows))]))
    }
    for (distribution, _) in all.prefix(DistributionPage.shownGroups) { sections += self.sections(of: distribution) }
    if all.count > DistributionPage.shownGroups {
      let count = all.count - DistributionPage.shownGroups
      sections.append(
        Section("more", [.text("and \(Numbers.counted(count, "more group")): --json or --format csv has all")]))
    }
    return sections
  }

  private func sections(of distribution: FitFile.Distribution) -> [Section] {
    let place = distribution.group.map { ", group \"\($0)\"" } ?? ""
    let (mean, sd) = (distribution.gaussian.mean, distribution.standardDeviation)
    let before = model.file.distributions.first { $0.group == distribution.group }
    let rows = distribution.columns.indices.map { j -> [Table.Cell] in
      let place = before?.columns.firstIndex(of: distribution.columns[j])
      return [
        .text(distribution.columns[j]), .number(mean[j]), .number(sd[j]),
        place.map { .number(before!.gaussian.mean[$0]) } ?? .blank,
        place.map { .number(before!.standardDeviation[$0]) } ?? .blank,
      ]
    }
    var sections = [
      Section(
        "distribution\(place)",
        [
          .table(
            Table(
              columns: [
                .text("column"), .number("mean"), .number("sd"), .number("mean in the model"),
                .number("sd in the model"),
              ], rows: rows))
        ])
    ]
    guard (2...FitReport.matrixColumns).contains(distribution.columns.count) else { return sections }
    let (covariance, correlation) = (distribution.covariance, distribution.correlation)
    sections.append(
      Section(
        "covariance\(place)",
        [.table(FitReport.matrixTable(distribution.columns) { .number(covariance[$0, $1]) })]))
    sections.append(
      Section(
        "correlation\(place)",
        [.table(FitReport.matrixTable(distribution.columns) { .number(correlation[$0, $1]) })]))
    return sections
  }

  /// Quantities of one column have `row` only, of two columns both.
  var records: Table {
    var rows: [[Table.Cell]] = []
    for (distribution, prior) in zip(derived.distributions, derived.priors) {
      let group = distribution.group.map(Table.Cell.text) ?? .blank
      if derived.groupedBy != nil { rows.append([group, .text("weight"), .blank, .blank, .number(prior)]) }
      func record(_ quantity: String, _ i: Int, _ j: Int?, _ value: Double) {
        let names = distribution.columns
        rows.append([group, .text(quantity), .text(names[i]), j.map { .text(names[$0]) } ?? .blank, .number(value)])
      }
      let indices = distribution.columns.indices
      for i in indices { record("mean", i, nil, distribution.gaussian.mean[i]) }
      for i in indices { record("standardDeviation", i, nil, distribution.standardDeviation[i]) }
      for i in indices { for j in 0...i { record("covariance", i, j, distribution.covariance[i, j]) } }
      for i in indices { for j in 0..<i { record("correlation", i, j, distribution.correlation[i, j]) } }
    }
    return Table(
      columns: [.text("group"), .text("quantity"), .text("row"), .text("column"), .number("value")], rows: rows)
  }

  /// The distribution under the key `fit`, or those of groups under `groups`.
  var members: [(String, JSON)] {
    let all = zip(derived.distributions, derived.priors).map { distribution, prior -> (String, JSON) in
      let members: [(String, JSON)] = [
        ("columns", JSON(distribution.columns)), ("mean", JSON(distribution.gaussian.mean)),
        ("standardDeviation", JSON(distribution.standardDeviation)), ("covariance", JSON(distribution.covariance)),
        ("correlation", JSON(distribution.correlation)),
        ("logDeterminant", .number(distribution.gaussian.logDeterminant)),
      ]
      let weight: [(String, JSON)] = derived.groupedBy == nil ? [] : [("weight", .number(prior))]
      return (distribution.group ?? "", .object(weight + members))
    }
    return derived.groupedBy == nil
      ? [("fit", all[0].1), ("groups", .object([]))] : [("fit", nil), ("groups", .object(all))]
  }
}

extension FitFile.Distribution {
  var standardDeviation: [Double] { covariance.diagonal.map { $0.squareRoot() } }

  /// With a diagonal of ones.
  var correlation: Matrix<Double> {
    let sd = standardDeviation
    return Matrix(rows: sd.count, columns: sd.count) { $0 == $1 ? 1 : covariance[$0, $1] / sd[$0] / sd[$1] }
  }
}
