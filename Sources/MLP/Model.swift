// A trained network with everything that predicting needs, and the record of how it came about.
import JSONText
import MatDeriv

/// A trained network, its preprocessing, and how it was trained.
public struct Model: Sendable, Equatable {
  /// Sizes, activations, loss.
  public var network: Network
  /// From cells to inputs.
  public var encoder: Encoder
  /// From outputs to answers.
  public var target: Target
  /// The parameters; several of an ensemble, whose outputs are averaged.
  public var members: [Parameters]
  /// The precision that it was trained in and predicts in.
  public var precision: Precision
  /// What the sums of the last layer are divided by before softmax or sigmoid, where probabilities are calibrated; 1 otherwise.
  public var temperature: Double
  /// How it was trained.
  public var record: TrainingRecord

  public init(
    network: Network, encoder: Encoder, target: Target, members: [Parameters], precision: Precision = .single,
    temperature: Double = 1, record: TrainingRecord = TrainingRecord()
  ) {
    self.network = network
    self.encoder = encoder
    self.target = target
    self.members = members
    self.precision = precision
    self.temperature = temperature
    self.record = record
  }
}

/// Single or double precision.
public enum Precision: String, Sendable, CaseIterable {
  case single = "f32"
  case double = "f64"
}

/// How a model came about. None of it is needed to predict.
public struct TrainingRecord: Sendable, Equatable {
  /// One line of the table of training.
  public struct Epoch: Sendable, Equatable {
    public var epoch: Int
    /// Mean loss of the batches while they were trained on.
    public var loss: Double
    /// On the rows for validation; nil without.
    public var validationLoss: Double?
    /// Share of rows predicted right, or R2; on the rows for validation.
    public var validationScore: Double?
    public var rate: Double
    public var seconds: Double

    public init(
      epoch: Int, loss: Double, validationLoss: Double? = nil, validationScore: Double? = nil, rate: Double,
      seconds: Double
    ) {
      self.epoch = epoch
      self.loss = loss
      self.validationLoss = validationLoss
      self.validationScore = validationScore
      self.rate = rate
      self.seconds = seconds
    }
  }

  public var epochs: [Epoch] = []
  /// The epoch whose weights the model has.
  public var bestEpoch: Int?
  /// Why training ended, as a sentence without a full stop.
  public var ending = ""
  /// The command line, or nothing.
  public var command = ""
  /// The version of the program.
  public var version = ""
  /// Which BLAS, with the kernels of which processor: bits are the same for the same ones.
  public var library = ""
  public var seed: UInt64 = 0
  /// Rows of training and of validation.
  public var rows = 0
  public var validationRows = 0
  /// The fingerprint of the table that it was trained on.
  public var fingerprint = ""
  /// The settings in full, in their order.
  public var settings: [(name: String, value: JSON)] = []

  public init() {}

  public static func == (a: TrainingRecord, b: TrainingRecord) -> Bool {
    a.epochs == b.epochs && a.bestEpoch == b.bestEpoch && a.ending == b.ending && a.command == b.command
      && a.version == b.version && a.library == b.library && a.seed == b.seed && a.rows == b.rows
      && a.validationRows == b.validationRows && a.fingerprint == b.fingerprint
      && a.settings.map(\.name) == b.settings.map(\.name) && a.settings.map(\.value) == b.settings.map(\.value)
  }
}
