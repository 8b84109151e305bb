// Trains a network on handwritten digits, judges it on rows that it has not seen, and keeps it in a file.
import MLP

let digits = try Table(contentsOf: "samples/digits.csv", target: "label")
var training = Training(hidden: [Layer(100)])
training.options.seed = 1
let outcome = try training.run(on: digits)
let figures = outcome.evaluation!.classes!
print(
  "\(figures.right) of \(figures.rows) digits are read right; epoch \(outcome.model.record.bestEpoch!) was the best")
try outcome.model.write(to: "digits.mlp")
let zero: [Double] = [
  0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0, 0, 3, 15, 2, 0, 11, 8, 0, 0, 4, 12, 0, 0, 8, 8, 0,
]
let again = Predictor(try Model(contentsOf: "digits.mlp"))
print(
  again.predict(
    zero + [0, 5, 8, 0, 0, 9, 8, 0, 0, 4, 11, 0, 1, 12, 7, 0, 0, 2, 14, 5, 10, 12, 0, 0, 0, 0, 6, 13, 10, 0, 0, 0])[0]
    > 0.9)
