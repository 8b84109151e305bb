// `statcli gauss`: the verbs of the Gaussian. The first is the one that may be left out.
import ArgumentParser

struct Gauss: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gauss",
    abstract: "Fit a multivariate Gaussian: mean, covariance, correlations, with standard errors.",
    subcommands: [
      FitCommand.self, TestCommand.self, ScoreCommand.self, SampleCommand.self, ConditionCommand.self,
      MarginalCommand.self, ClassifyCommand.self, ImputeCommand.self, CrossValidateCommand.self, MomentsCommand.self,
      MergeCommand.self, SubtractCommand.self,
    ])
}
