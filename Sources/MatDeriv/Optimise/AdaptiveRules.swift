// Update rules that scale every parameter by the size of its own gradients: RMSprop, Adam and AdamW.
internal import CKernels

/// s = decay*s + (1 - decay)*g^2; x = x - rate*g/(sqrt(s) + epsilon)
///
/// **Source**: Tieleman and Hinton, Coursera lecture 6.5 (2012).
public struct RMSprop: UpdateRule {
  /// The method's name, as users know it.
  public var name: String { "RMSprop" }
  /// The step along the direction; positive.
  public var rate: Double
  /// How much of the mean square of the gradient stays from step to step.
  public var decay: Double
  /// What keeps the divisor from zero.
  public var epsilon: Double
  public var arrays: Int { 1 }
  /// The method with these settings.
  public init(rate: Double = 1e-2, decay: Double = 0.99, epsilon: Double = 1e-8) {
    self.rate = rate
    self.decay = decay
    self.epsilon = epsilon
  }

  public func update<Element: Scalar>(
    _ x: UnsafeMutablePointer<Element>, _ g: UnsafePointer<Element>, _ state: UpdateState<Element>, _ range: Range<Int>,
    _ adjustment: GradientAdjustment
  ) {
    var adjustment = adjustment.native
    let (x, g, n) = (x + range.lowerBound, g + range.lowerBound, range.count)
    let s = state.array(0, range.lowerBound)
    Element.choose(
      { sk_rmsprop_f64(cast(x), cast(g), cast(s), n, rate, decay, epsilon, &adjustment) },
      { sk_rmsprop_f32(cast(x), cast(g), cast(s), n, rate, decay, epsilon, &adjustment) })
  }
}

/// m = b1*m + (1 - b1)*g; v = b2*v + (1 - b2)*g^2; x = x - rate*(m/(1 - b1^t))/(sqrt(v/(1 - b2^t)) + epsilon)
///
/// **Source**: Kingma and Ba, ICLR 2015, algorithm 1.
public struct Adam: UpdateRule {
  /// The method's name, as users know it.
  public var name: String { "Adam" }
  /// The step along the direction; positive.
  public var rate: Double
  /// b1 and b2.
  public var decays: (first: Double, second: Double)
  /// What keeps the divisor from zero.
  public var epsilon: Double
  public var arrays: Int { 2 }
  /// The method with these settings.
  public init(rate: Double = 1e-3, decays: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8) {
    self.rate = rate
    self.decays = decays
    self.epsilon = epsilon
  }

  public func update<Element: Scalar>(
    _ x: UnsafeMutablePointer<Element>, _ g: UnsafePointer<Element>, _ state: UpdateState<Element>, _ range: Range<Int>,
    _ adjustment: GradientAdjustment
  ) {
    updateAdam(self, shrinkage: 1, x, g, state, range, adjustment)
  }
}

/// x = (1 - rate*weightDecay)*x, then the step of Adam: the decay of weights is not scaled by the gradients.
///
/// **Source**: Loshchilov and Hutter, ICLR 2019, algorithm 2.
public struct AdamW: UpdateRule {
  /// The method's name, as users know it.
  public var name: String { "AdamW" }
  /// The rule that decides the step.
  public var adam: Adam
  /// The step along the direction; positive.
  public var rate: Double {
    get { adam.rate }
    set { adam.rate = newValue }
  }
  /// How much of a parameter is taken off at each step, times the rate.
  public var weightDecay: Double
  public var arrays: Int { 2 }
  /// The method with these settings.
  public init(
    rate: Double = 1e-3, decays: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8,
    weightDecay: Double = 1e-2
  ) {
    adam = Adam(rate: rate, decays: decays, epsilon: epsilon)
    self.weightDecay = weightDecay
  }

  public func update<Element: Scalar>(
    _ x: UnsafeMutablePointer<Element>, _ g: UnsafePointer<Element>, _ state: UpdateState<Element>, _ range: Range<Int>,
    _ adjustment: GradientAdjustment
  ) {
    updateAdam(adam, shrinkage: 1 - adam.rate * weightDecay, x, g, state, range, adjustment)
  }
}

@inline(__always)
private func updateAdam<Element: Scalar>(
  _ rule: Adam, shrinkage: Double, _ x: UnsafeMutablePointer<Element>, _ g: UnsafePointer<Element>,
  _ state: UpdateState<Element>, _ range: Range<Int>, _ adjustment: GradientAdjustment
) {
  var adjustment = adjustment.native
  let (x, g, n) = (x + range.lowerBound, g + range.lowerBound, range.count)
  let (m, v) = (state.array(0, range.lowerBound), state.array(1, range.lowerBound))
  let t = Double(state.steps)
  // 1 - b^t without cancellation for b near one.
  var step = sk_adam(
    rate: rule.rate, first_decay: rule.decays.first, second_decay: rule.decays.second, epsilon: rule.epsilon,
    first_correction: -Double.expMinusOne(t * Double.log(rule.decays.first)),
    second_correction: -Double.expMinusOne(t * Double.log(rule.decays.second)), shrinkage: shrinkage)
  Element.choose(
    { sk_adam_f64(cast(x), cast(g), cast(m), cast(v), n, &step, &adjustment) },
    { sk_adam_f32(cast(x), cast(g), cast(m), cast(v), n, &step, &adjustment) })
}
