// Settings that go together, to begin with: flags that are given win.
import ArgumentParser
import MLP

enum Preset: String, CaseIterable, ExpressibleByArgument {
  case standard = "default"
  case textbook, image, tabular

  /// The training that the preset means.
  func training(isOfClasses: Bool) -> Training {
    var training = Training()
    switch self {
    case .standard: break
    case .textbook:
      for i in training.hidden.indices { training.hidden[i].activation = .sigmoid }
      training.loss = .squaredError
      training.options.optimizer = .sgd
      training.options.schedule = .constant
      training.options.patience = nil
    case .image:
      training.hidden = [Layer(256)]
      training.scaling = .common
      training.options.optimizer = .adam
      training.options.shift = 1
      training.options.schedule = .cosine
      training.options.patience = 20
    case .tabular:
      // Holzmueller et al., NeurIPS 2024, RealMLP-TD-S. Its rates 0.04 and 0.07 are of weights that are divided by the root of their
      // inputs, 16 behind 256 neurons: a step of Adam moves the weights themselves by a sixteenth.
      training.hidden = Array(repeating: Layer(256, isOfClasses ? .selu : .mish), count: 3)
      training.scaling = .columns
      training.options.rate = (isOfClasses ? 0.04 : 0.07) / 16
      training.options.optimizer = .adam
      training.options.beta2 = 0.95
      training.options.schedule = .coslog4
      training.options.batch = 256
      training.options.epochs = 256
      training.options.patience = nil
      training.options.labelSmoothing = isOfClasses ? 0.1 : 0
    }
    return training
  }
}
