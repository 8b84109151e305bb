// Between a trainer and its file.

struct CheckpointKeeper<Element> {
  init(_ store: CheckpointStore, member: Int, _ training: Training, _ table: Table) {}
  func resume<T>(_ trainer: T) throws(MLPError) {}
  func keep<T>(_ trainer: T) throws(MLPError) {}
}
