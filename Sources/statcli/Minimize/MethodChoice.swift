// The methods of minimisation by the words that users type.
import ArgumentParser
import MatDeriv

enum MethodChoice: String, CaseIterable, ExpressibleByArgument {
  case lbfgs, newton, gd, momentum, nesterov, rmsprop, adam, adamw

  /// Whether steps have a fixed rate, which can be chosen; the others search for the length of each.
  var hasRate: Bool { ![.lbfgs, .newton].contains(self) }

  /// The method, with this rate or its own.
  func method(rate: Double?) -> any MinimizationMethod {
    switch self {
    case .lbfgs: return LBFGS()
    case .newton: return Newton()
    case .gd: return rate.map { GradientDescent(rate: $0) } ?? GradientDescent()
    case .momentum: return rate.map { Momentum(rate: $0) } ?? Momentum()
    case .nesterov: return rate.map { Nesterov(rate: $0) } ?? Nesterov()
    case .rmsprop: return rate.map { RMSprop(rate: $0) } ?? RMSprop()
    case .adam: return rate.map { Adam(rate: $0) } ?? Adam()
    case .adamw: return rate.map { AdamW(rate: $0) } ?? AdamW()
    }
  }
}

extension UpdateRule {
  /// `gradient descent, rate 0.01`.
  fileprivate func described(_ rate: Double) -> String { "\(name), rate \(Numbers.human(rate))" }
}

extension MinimizationMethod {
  /// The name with its settings.
  var description: String {
    switch self {
    case let rule as GradientDescent: rule.described(rule.rate)
    case let rule as Momentum: rule.described(rule.rate)
    case let rule as Nesterov: rule.described(rule.rate)
    case let rule as RMSprop: rule.described(rule.rate)
    case let rule as Adam: rule.described(rule.rate)
    case let rule as AdamW:
      "\(rule.described(rule.adam.rate)), weight decay \(Numbers.human(rule.weightDecay))"
    default: name
    }
  }
}

extension StoppingReason {
  /// The reason as a word, for programs.
  var word: String {
    switch self {
    case .gradient: "gradient"
    case .decrease: "decrease"
    case .step: "step"
    case .iterations: "iterations"
    case .evaluations: "evaluations"
    case .time: "time"
    case .cancelled: "cancelled"
    case .noProgress: "noProgress"
    case .unbounded: "unbounded"
    case .notFinite: "notFinite"
    case .unsupported: "unsupported"
    }
  }
}
