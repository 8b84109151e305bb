// Methods of first order with a fixed rate: a rule for one pass over parameters, in Float and Double, that training uses by itself and
// `minimize` through the common loop.
internal import CKernels

/// A rule that moves parameters by their gradient and what it remembers of earlier ones.
public protocol UpdateRule: MinimizationMethod where State == UpdateState<Double> {
  /// The step along the direction; positive.
  var rate: Double { get set }
  /// How many arrays of the size of the parameters the rule remembers.
  var arrays: Int { get }
  /// Updates the parameters in `range` by the adjusted gradient; the count of steps in `state` is already that of this step.
  ///
  /// Entries are independent: any cut into ranges gives the same bits.
  ///
  /// **Cost**: one pass over parameters, gradient and memory.
  func update<Element: Scalar>(
    _ parameters: UnsafeMutablePointer<Element>, _ gradient: UnsafePointer<Element>,
    _ state: UpdateState<Element>, _ range: Range<Int>, _ adjustment: GradientAdjustment)
}

/// What is done to a gradient in the pass that uses it: g becomes scale*g + l2*x + l1*sign(x), with sign(0) = 0.
///
/// The added terms are the gradient of the penalty l2/2*x'*x + l1*norm1(x).
public struct GradientAdjustment: Sendable, Equatable {
  /// The factor of the gradient: below one where it is clipped.
  public var scale: Double
  /// The weight of half the squares of the parameters.
  public var l2: Double
  /// The weight of the magnitudes of the parameters.
  public var l1: Double

  /// The gradient as it is, unless told otherwise.
  public init(scale: Double = 1, l2: Double = 0, l1: Double = 0) {
    self.scale = scale
    self.l2 = l2
    self.l1 = l1
  }

  var native: sk_adjustment { sk_adjustment(scale: scale, l2: l2, l1: l1) }
}

/// What an update rule remembers: arrays of the size of the parameters, zero at first, and the number of steps.
public final class UpdateState<Element: Scalar> {
  /// The number of parameters.
  public let count: Int
  /// Steps begun so far; rules that correct for their start read it.
  public var steps = 0
  /// The arrays, one after another.
  public let memory: UnsafeMutableBufferPointer<Element>

  /// A state of so many arrays, all zero.
  public init(arrays: Int, count: Int) {
    self.count = count
    memory = .allocate(capacity: arrays * count)
    memory.initialize(repeating: 0)
  }

  deinit { memory.deallocate() }

  /// Array k, from an entry on.
  func array(_ k: Int, _ first: Int) -> UnsafeMutablePointer<Element> { memory.baseAddress! + (k * count + first) }
}

extension UpdateRule {
  public func makeState(count: Int) -> UpdateState<Double> { makeState(count: count, of: Double.self) }

  /// The state before the first step, for parameters of either precision.
  public func makeState<Element: Scalar>(count: Int, of: Element.Type) -> UpdateState<Element> {
    UpdateState(arrays: arrays, count: count)
  }

  /// One step for all parameters.
  public func update<Element: Scalar>(
    _ parameters: UnsafeMutablePointer<Element>, _ gradient: UnsafePointer<Element>, _ state: UpdateState<Element>
  ) {
    state.steps += 1
    update(parameters, gradient, state, 0..<state.count, GradientAdjustment())
  }

  /// One update; halved while there is no finite value where it leads to.
  public func step(
    _ iterate: inout Iterate, _ state: inout UpdateState<Double>, _ objective: Evaluator
  ) -> StepOutcome {
    let before = iterate.x
    iterate.x.withUnsafeMutableBufferPointer { x in
      iterate.gradient.withUnsafeBufferPointer { g in
        if let x = x.baseAddress, let g = g.baseAddress { update(x, g, state) }
      }
    }
    var gradient = iterate.gradient
    for _ in 0..<40 {
      if maximumNorm(iterate.x).isFinite, let value = objective.value(at: iterate.x, gradient: &gradient) {
        iterate.value = value
        iterate.gradient = gradient
        return .moved
      }
      if objective.isExhausted { break }
      for i in before.indices { iterate.x[i] = before[i] + (iterate.x[i] - before[i]) / 2 }
    }
    iterate.x = before
    return .stopped(objective.isExhausted ? .evaluations : .notFinite(objective.failure))
  }
}

extension Scalar {
  /// Calls the routine of this precision on the same addresses.
  @inline(__always)
  static func choose(_ double: () -> Void, _ float: () -> Void) {
    if Self.self == Double.self { double() } else { float() }
  }
}

@inline(__always)
func cast<From, To>(_ x: UnsafeMutablePointer<From>) -> UnsafeMutablePointer<To> {
  UnsafeMutableRawPointer(x).assumingMemoryBound(to: To.self)
}

@inline(__always)
func cast<From, To>(_ x: UnsafePointer<From>) -> UnsafePointer<To> {
  UnsafeRawPointer(x).assumingMemoryBound(to: To.self)
}

/// x = x - rate*g
public struct GradientDescent: UpdateRule {
  /// The method's name, as users know it.
  public var name: String { "gradient descent" }
  /// The step along the direction; positive.
  public var rate: Double
  public var arrays: Int { 0 }
  /// The method with these settings.
  public init(rate: Double = 1e-2) { self.rate = rate }

  public func update<Element: Scalar>(
    _ x: UnsafeMutablePointer<Element>, _ g: UnsafePointer<Element>, _ state: UpdateState<Element>, _ range: Range<Int>,
    _ adjustment: GradientAdjustment
  ) {
    var adjustment = adjustment.native
    let (x, g, n) = (x + range.lowerBound, g + range.lowerBound, range.count)
    Element.choose(
      { sk_descend_f64(cast(x), cast(g), n, rate, &adjustment) },
      { sk_descend_f32(cast(x), cast(g), n, rate, &adjustment) })
  }
}

/// v = momentum*v + g; x = x - rate*v
///
/// **Source**: Polyak, USSR Comput. Math. Math. Phys. 4 (1964) 1.
public struct Momentum: UpdateRule {
  /// The method's name, as users know it.
  public var name: String { "momentum" }
  /// The step along the direction; positive.
  public var rate: Double
  /// How much of the last step stays.
  public var momentum: Double
  public var arrays: Int { 1 }
  /// The method with these settings.
  public init(rate: Double = 1e-2, momentum: Double = 0.9) {
    self.rate = rate
    self.momentum = momentum
  }

  public func update<Element: Scalar>(
    _ x: UnsafeMutablePointer<Element>, _ g: UnsafePointer<Element>, _ state: UpdateState<Element>, _ range: Range<Int>,
    _ adjustment: GradientAdjustment
  ) {
    var adjustment = adjustment.native
    let (x, g, n) = (x + range.lowerBound, g + range.lowerBound, range.count)
    let v = state.array(0, range.lowerBound)
    Element.choose(
      { sk_momentum_f64(cast(x), cast(g), cast(v), n, rate, momentum, &adjustment) },
      { sk_momentum_f32(cast(x), cast(g), cast(v), n, rate, momentum, &adjustment) })
  }
}

/// v = momentum*v + g; x = x - rate*(g + momentum*v)
///
/// **Source**: Sutskever et al., ICML 2013, in the form in which the gradient is taken at the parameters themselves.
public struct Nesterov: UpdateRule {
  /// The method's name, as users know it.
  public var name: String { "Nesterov" }
  /// The step along the direction; positive.
  public var rate: Double
  /// How much of the last step stays.
  public var momentum: Double
  public var arrays: Int { 1 }
  /// The method with these settings.
  public init(rate: Double = 1e-2, momentum: Double = 0.9) {
    self.rate = rate
    self.momentum = momentum
  }

  public func update<Element: Scalar>(
    _ x: UnsafeMutablePointer<Element>, _ g: UnsafePointer<Element>, _ state: UpdateState<Element>, _ range: Range<Int>,
    _ adjustment: GradientAdjustment
  ) {
    var adjustment = adjustment.native
    let (x, g, n) = (x + range.lowerBound, g + range.lowerBound, range.count)
    let v = state.array(0, range.lowerBound)
    Element.choose(
      { sk_nesterov_f64(cast(x), cast(g), cast(v), n, rate, momentum, &adjustment) },
      { sk_nesterov_f32(cast(x), cast(g), cast(v), n, rate, momentum, &adjustment) })
  }
}
