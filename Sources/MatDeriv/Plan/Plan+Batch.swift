// Many instances of one plan: the same schedule, the inputs and outputs of instance i a stride further than those of instance i - 1.

/// What was wrong with one instance of a batch.
public struct BatchError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The instance, counted from zero.
  public var instance: Int
  /// What was wrong with it.
  public var error: PlanError

  public var description: String { "instance \(instance): \(error)" }
}

extension Workspace {
  /// Reads an input of instance i of a batch at `address + i*stride` from now on, in elements. An input without a stride is the same for
  /// all instances.
  ///
  /// **Traps**: for a fixed input, which has one value for all.
  public func bind(input name: String, to address: UnsafePointer<Element>, stride: Int) {
    require(!layout.fixedInputs.contains(name), "\(name) is fixed: it has one value for all instances")
    guard let slot = layout.inputSlots[name] else { return }
    bind(slot, to: UnsafeMutablePointer(mutating: address), stride: stride)
  }

  /// Writes an output of instance i of a batch to `address + i*stride` from now on, in elements.
  public func bind(output index: Int, to address: UnsafeMutablePointer<Element>, stride: Int) {
    bind(layout.outputSlots[index], to: address, stride: stride)
  }
}

extension Plan {
  /// Computes the outputs of these instances, one after another.
  ///
  /// **Throws**: the first instance that fails, and why; those before it have been computed.
  public func run(instances: Range<Int>, in workspace: Workspace<Element>) throws(BatchError) {
    for instance in instances {
      workspace.move(to: instance)
      do throws(PlanError) { try run(in: workspace) } catch { throw BatchError(instance: instance, error: error) }
    }
  }

  /// The same by several threads, each in a workspace of its own: an instance is computed by one thread, so its bits do not depend on
  /// their number.
  ///
  /// **Throws**: the first instance that fails; others may or may not have been computed.
  public func run(
    instances: Range<Int>, in workspaces: [Workspace<Element>], team: ThreadTeam
  ) throws(BatchError) {
    require(workspaces.count >= team.count, "\(team.count) threads need as many workspaces, not \(workspaces.count)")
    let run = BatchRun(plan: self, instances: instances, workspaces: workspaces, threads: team.count)
    team.run { run.work($0) }
    if let error = run.firstError { throw error }
  }
}

/// A batch that several threads share.
private final class BatchRun<Element: Scalar>: @unchecked Sendable {
  private let plan: Plan<Element>
  private let instances: Range<Int>
  private let workspaces: [Workspace<Element>]
  private let threads: Int
  // Each thread writes its own entry.
  private let errors: UnsafeMutableBufferPointer<BatchError?>

  init(plan: Plan<Element>, instances: Range<Int>, workspaces: [Workspace<Element>], threads: Int) {
    self.plan = plan
    self.instances = instances
    self.workspaces = workspaces
    self.threads = threads
    errors = .allocate(capacity: threads)
    errors.initialize(repeating: nil)
  }

  deinit {
    errors.deinitialize()
    errors.deallocate()
  }

  var firstError: BatchError? { errors.compactMap { $0 }.min { $0.instance < $1.instance } }

  func work(_ number: Int) {
    let share = (instances.count + threads - 1) / threads
    let first = Swift.min(instances.lowerBound + number * share, instances.upperBound)
    let end = Swift.min(first + share, instances.upperBound)
    do throws(BatchError) { try plan.run(instances: first..<end, in: workspaces[number]) } catch {
      errors[number] = error
    }
  }
}
