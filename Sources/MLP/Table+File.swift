// A table from a file by the name of its target alone, for programs.
import Tabular

extension Table {
  /// Reads a table of delimited text: columns of numbers are numbers, columns of text categories, and the target is a class where it is text
  /// or one of few whole numbers.
  ///
  /// **Throws**: `TabularError` for what is wrong with the text, `MLPError.setting` if there is no column of this name.
  public convenience init(contentsOf path: String, target: String, threads: Int = 1) throws {
    let input = try DelimitedInput(paths: [path])
    let columns = input.schema.columns
    guard let position = columns.firstIndex(where: { $0.name == target }) else {
      throw MLPError.setting(
        "\(path) has no column \"\(target)\"; its columns are \(columns.map(\.name).joined(separator: ", "))")
    }
    let others = columns.indices.filter { $0 != position }
    let table = try Table.read(
      input,
      TableColumns(
        numbers: others.filter { columns[$0].type.isNumeric }, categories: others.filter { columns[$0].type == .text },
        target: position, isOfClasses: columns[position].type == .text || columns[position].distinctIntegers != nil),
      threads: threads)
    self.init(columns: table.columns, targets: table.targets, store: table.store)
    rowsWithoutTarget = table.rowsWithoutTarget
    rowsOfFiles = table.rowsOfFiles
  }
}
