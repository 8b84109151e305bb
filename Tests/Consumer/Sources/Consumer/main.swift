import GaussFit
import MatDeriv

/// A number as it is shown here: to four decimals.
func short(_ x: Double) -> Double { (x * 1e4).rounded() / 1e4 }

// Eruptions of Old Faithful: how long each took and how long the next was waited for, in minutes.
let x: Matrix<Double> = [
  [3.600, 79], [1.800, 54], [3.333, 74], [2.283, 62], [4.533, 85], [2.883, 55], [4.700, 88], [3.600, 85],
]
let fit = try Fit(Moments(rows: x, columns: ["eruptions", "waiting"]))
print("mean", fit.mean.map(short), "log-likelihood", short(fit.logLikelihood), "AIC", short(fit.aic))

// The wait after an eruption of four minutes is a Gaussian again.
let wait = fit.gaussian.conditional(given: [(index: 0, value: 4)])
print("wait", short(wait.mean[0]), "sd", short(wait.lower[0, 0]))

// The matrices are there for other uses: factor once, solve as often as needed.
let factor = try Cholesky(fit.covariance)
print("log det", short(factor.logDeterminant), "solution", factor.solve([1, 0]).map(short))
