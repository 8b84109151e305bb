// The likelihood of the observed cells as a function of mean and covariance, with the derivatives that MatDeriv finds: a sum over patterns, each
// of which is the likelihood of complete rows in fewer columns.
import MatDeriv

/// The negative mean log-likelihood of a sample with missing cells, without its constant, over the covariance S by its lower triangle and the mean.
final class ObservedLikelihood: ObjectiveFunction {
  let sample: IncompleteSample
  let threads: Int
  let count: Int
  private let forms: DerivativeForms
  /// Patterns of about the same number of columns, which share a plan.
  private let groups: [Group]

  /// Compiled when first asked for, by the order of a group.
  private var gradientPlans: [Int: InstancePlan] = [:]
  private var productPlans: [Int: InstancePlan] = [:]

  struct Group {
    /// Rows and columns of the matrices of an instance; a pattern of fewer columns is filled up by an identity that adds nothing.
    let order: Int
    let patterns: [Int]
    /// Patterns that are computed together.
    let blockPatterns: Int
  }

  init(_ sample: IncompleteSample, threads: Int = 1) {
    self.sample = sample
    self.threads = threads
    let d = sample.dimension
    count = d * (d + 1) / 2 + d
    // The text is part of this program.
    let program = try! Program(GaussianLikelihood.byCovariance)
    forms = try! DerivativeForms(program.expression, wrt: ["S", "m"].map { program.variable($0)! })
    let step = (d + 15) / 16
    var byOrder: [Int: [Int]] = [:]
    for (number, pattern) in sample.patterns.enumerated() {
      let order = min(d, (pattern.observed.count + step - 1) / step * step)
      byOrder[order, default: []].append(number)
    }
    groups = byOrder.keys.sorted().map { order in
      Group(order: order, patterns: byOrder[order]!, blockPatterns: max(1, (1 << 16) / (order * order)))
    }
  }

  // MARK: Value and gradient

  func value(at x: [Double], gradient: inout [Double]) throws(ObjectiveError) -> Double {
    let sums = try sum(at: x, direction: nil, plan: gradientPlan)
    gradient = sums.parameters(dimension: sample.dimension)
    return sums.value
  }

  var curvature: (any Curvature)? { self }

  private func gradientPlan(_ group: Group) throws(ObjectiveError) -> InstancePlan {
    if let known = gradientPlans[group.order] { return known }
    do throws(PlanError) {
      let plan = InstancePlan(try forms.gradientPlan(sizes: ["d": group.order]), directions: [])
      gradientPlans[group.order] = plan
      return plan
    } catch { throw .plan(error) }
  }

  private func productPlan(_ group: Group) throws(ObjectiveError) -> InstancePlan {
    if let known = productPlans[group.order] { return known }
    let (plan, directions) = try forms.productPlan(sizes: ["d": group.order])
    productPlans[group.order] = InstancePlan(plan, directions: directions)
    return productPlans[group.order]!
  }

  /// Operations of a product with the Hessian; infinite where there is none.
  var productFlops: Double {
    groups.reduce(0) { total, group in
      guard let form = try? productPlan(group) else { return .infinity }
      return total + form.plan.flops * Double(group.patterns.count)
    }
  }

  /// Runs a plan whose last two outputs are derivatives by S and m for every pattern, and sums them up by weight.
  private func sum(
    at x: [Double], direction: [Double]?, plan makePlan: (Group) throws(ObjectiveError) -> InstancePlan
  ) throws(ObjectiveError) -> DerivativeSums {
    let d = sample.dimension
    let point = PackedEstimate(x, dimension: d)
    let change = direction.map { PackedEstimate($0, dimension: d) }
    let sample = self.sample
    var total = DerivativeSums(dimension: d)
    for group in groups {
      let plan = try makePlan(group)
      let part = sumByBlocks(rows: group.patterns.count, of: group.blockPatterns, threads: threads) { range in
        var sums = DerivativeSums(dimension: d)
        let instance = Instance(order: group.order, plan)
        for number in range {
          let pattern = sample.patterns[group.patterns[number]]
          instance.fill(pattern, point, change)
          do throws(PlanError) { try instance.run() } catch {
            sums.failure = sums.failure ?? error
            break
          }
          sums.add(instance, pattern, share: pattern.weight / sample.sampleSize)
        }
        return sums
      }
      if let part { total.add(part) }
      if let failure = total.failure { throw .plan(failure) }
    }
    return total
  }
}

extension ObservedLikelihood: Curvature {
  /// A sum of the Hessians of the patterns.
  func hessian(at x: [Double]) throws(ObjectiveError) -> Matrix<Double> {
    let d = sample.dimension
    let point = PackedEstimate(x, dimension: d)
    // The likelihood of complete rows is a sum of Kronecker products.
    let (terms, factors) = (try forms.hessianTerms()!, try forms.hessianFactors()!)
    let empty = SummedHessian(dimension: d, variables: [.symmetric, .column], terms: terms, factors: factors)
    let sample = self.sample
    var total = empty
    for group in groups {
      let plan = InstancePlan(try forms.factorPlan(sizes: ["d": group.order])!, directions: [])
      // A sum of Hessians is large: few blocks, whatever the number of threads.
      let blockPatterns = max(group.blockPatterns, (group.patterns.count + 3) / 4)
      let part = sumByBlocks(rows: group.patterns.count, of: blockPatterns, threads: threads) { range in
        var sums = HessianSums(hessian: empty)
        let instance = Instance(order: group.order, plan)
        for number in range {
          let pattern = sample.patterns[group.patterns[number]]
          instance.fill(pattern, point, nil)
          do throws(PlanError) { try instance.run() } catch {
            sums.failure = sums.failure ?? error
            break
          }
          sums.hessian.add(
            instance.outputs, stride: group.order, selection: pattern.observed,
            weight: pattern.weight / sample.sampleSize)
        }
        return sums
      }
      if let failure = part?.failure { throw .plan(failure) }
      if let part { total.add(part.hessian) }
    }
    return total.hessian()
  }

  func multiplyHessian(
    at x: [Double], by direction: [Double], into product: inout [Double]
  ) throws(ObjectiveError) {
    let sums = try sum(at: x, direction: direction, plan: productPlan)
    product = sums.parameters(dimension: sample.dimension)
  }
}

/// A Hessian that is summed by blocks.
private struct HessianSums: BlockSum {
  var hessian: SummedHessian
  var failure: PlanError?

  mutating func add(_ other: HessianSums) {
    hessian.add(other.hessian)
    failure = failure ?? other.failure
  }
}

/// Value and derivatives, summed over patterns.
private struct DerivativeSums: BlockSum {
  var value = 0.0
  /// By the entries of S and m.
  var covariance: [Double]
  var mean: [Double]
  var failure: PlanError?

  init(dimension d: Int) {
    covariance = Array(repeating: 0, count: d * d)
    mean = Array(repeating: 0, count: d)
  }

  mutating func add(_ other: DerivativeSums) {
    value += other.value
    covariance.add(other.covariance)
    mean.add(other.mean)
    failure = failure ?? other.failure
  }

  mutating func add(_ instance: Instance, _ pattern: MissingnessPattern, share: Double) {
    let d = mean.count
    let outputs = instance.outputs
    if outputs.count == 3 { value += share * outputs[0][0] }
    let (byCovariance, byMean) = (outputs[outputs.count - 2], outputs[outputs.count - 1])
    for (b, j) in pattern.observed.enumerated() {
      mean[j] += share * byMean[b]
      for (a, i) in pattern.observed.enumerated() {
        covariance[i + j * d] += share * byCovariance[a + b * instance.order]
      }
    }
  }

  /// Mirrored entries are one parameter.
  func parameters(dimension d: Int) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(d * (d + 3) / 2)
    for j in 0..<d {
      for i in j..<d { result.append(i == j ? covariance[i + j * d] : covariance[i + j * d] + covariance[j + i * d]) }
    }
    return result + mean
  }
}
