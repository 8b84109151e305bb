// A row of numbers as a line of blocks, its lowest the lowest block.
import Glibc

enum Curve {
  private static let blocks = Array("▁▂▃▄▅▆▇█")
  private static let characters = Array("_.-~=+*#")

  /// At most `width` characters; of more numbers the mean of those that fall together. Positive numbers by their logarithm.
  static func text(_ values: [Double], width: Int, style: Style) -> String {
    let finite = values.filter(\.isFinite)
    let isPositive = finite.allSatisfy { $0 > 0 }
    let heights = finite.map { isPositive ? log($0) : $0 }
    guard let low = heights.min(), let high = heights.max(), !heights.isEmpty else { return "" }
    let count = min(width, heights.count)
    let levels = style.unicode ? blocks : characters
    return String(
      (0..<count).map { place -> Character in
        let part = heights[(place * heights.count / count)..<((place + 1) * heights.count / count)]
        let mean = part.reduce(0, +) / Double(part.count)
        let share = high > low ? (mean - low) / (high - low) : 0
        return levels[min(levels.count - 1, Int(share * Double(levels.count)))]
      })
  }
}
