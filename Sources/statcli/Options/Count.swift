// Numbers on the command line: counts with suffixes, and numbers that may be negative.
import ArgumentParser

/// A count such as `500`, `10k`, `2M`, `2G` (powers of 1000) or `64Ki`, `2Mi`, `1Gi` (powers of 1024).
struct Count: ExpressibleByArgument, Equatable {
  let value: Int

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    let factors = ["": 1, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30]
    guard let number = Int(digits), let factor = factors[String(argument.dropFirst(digits.count))] else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    guard !overflow else { return nil }
    value = product
  }
}

/// A finite number.
struct Real: ExpressibleByArgument, Equatable {
  let value: Double

  init?(argument: String) {
    // Swift would also take hexadecimal, "nan" and "inf".
    guard argument.allSatisfy({ "0123456789+-.eE".contains($0) }), let number = Double(argument), number.isFinite else {
      return nil
    }
    value = number
  }
}
