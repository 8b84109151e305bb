// What is known of the sign of elementwise results from the operations that make them.

extension Compilation {
  /// Whether all entries are at least zero, whatever the inputs are.
  func isNonnegative(_ cell: Int) -> Bool {
    guard case .map(let operation, let inputs) = cells[cell].operation else { return false }
    switch operation {
    case .constant(let c): return c >= 0
    case .scale(let c), .offset(let c): return c >= 0 && isNonnegative(inputs[0].cell)
    case .apply(let kernel): return isNonnegative(kernel)
    case .power(let e): return e == 2 * (e / 2).rounded() || isNonnegative(inputs[0].cell)
    case .add, .multiply, .divide:
      if case .multiply = operation, inputs[0] == inputs[1] { return true }
      return isNonnegative(inputs[0].cell) && isNonnegative(inputs[1].cell)
    // s - s^2 for s between 0 and 1.
    case .subtract:
      guard inputs[0].spread == inputs[1].spread, case .map(.apply(.sigmoid), _) = cells[inputs[0].cell].operation,
        case .map(.apply(.square), let base) = cells[inputs[1].cell].operation
      else { return false }
      return base[0].cell == inputs[0].cell
    }
  }

  private func isNonnegative(_ kernel: ElementKernel) -> Bool {
    switch kernel {
    case .abs, .step, .relu, .square, .sqrt, .exp, .cosh, .sigmoid, .softplus, .erfc: true
    default: false
    }
  }
}
