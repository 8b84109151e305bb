// The toolkit's side of the comparison in memory: times the moments of an n x d array of doubles that is there already.
// A package apart, so that nobody who uses the libraries builds it.
import Foundation
import GaussFit
import MatDeriv

let repetitions = 7

/// Reads n x d doubles stored column by column.
func readMatrix(_ path: String, rows: Int, columns: Int) throws -> Matrix<Double> {
  let data = try Data(contentsOf: URL(fileURLWithPath: path))
  precondition(
    data.count == rows * columns * MemoryLayout<Double>.size,
    "\(path) holds \(data.count) bytes, \(rows) x \(columns) doubles take \(rows * columns * 8)")
  let values = data.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
  return Matrix(rows: rows, columns: columns, columnMajor: values)
}

let arguments = CommandLine.arguments
guard arguments.count == 5, let n = Int(arguments[2]), let d = Int(arguments[3]), let threads = Int(arguments[4]) else {
  FileHandle.standardError.write(Data("usage: InMemory FILE ROWS COLUMNS THREADS\n".utf8))
  exit(64)
}
let x = try readMatrix(arguments[1], rows: n, columns: d)
let names = (0..<d).map { "x\($0)" }

let clock = ContinuousClock()
var moments = Moments(rows: x, columns: names, threads: threads)
var times: [Double] = []
for _ in 0..<repetitions {
  let elapsed = clock.measure { moments = Moments(rows: x, columns: names, threads: threads) }
  times.append(elapsed / .seconds(1))
}
let median = times.sorted()[repetitions / 2]
let trace = moments.scatter.diagonal.reduce(0, +) / moments.weight
let corner = moments.scatter[0, d - 1] / moments.weight
print("{\"seconds\": {\"Moments\": \(median)}, \"trace\": \(trace), \"corner\": \(corner)}")
