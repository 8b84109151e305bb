// The verbs that use a network, from files to pages: their numbers against the library, against each other, and against arithmetic by hand.
import Foundation
import JSONText
import MLP
import Testing

@testable import statcli

extension Scratch {
  /// A folder with the networks made by hand.
  static func withNetworks() throws -> Scratch {
    let scratch = try Scratch()
    try HandmadeModels.write(to: scratch)
    return scratch
  }
}

/// The plane's probabilities by hand: x = 3, y = 1 is (1, -1) scaled, so that the neurons give 2 and 0, the scores 4 and -3.75, and the
/// temperature of 2 makes 1/(1 + exp(-3.875)) of them.
@Test func predictionsByHand() throws {
  let scratch = try Scratch.withNetworks()
  try scratch.write("k.csv", "other,y,x\n9,1,3\n8,2,1\n")
  let rows = try scratch.rows("mlp predict plane.mlp k.csv --proba --top 2")
  #expect(rows[0][0] == "2" && rows[0][1] == "a" && rows[0].count == 8)
  #expect(abs(Double(rows[0][2])! - 1 / (1 + exp(-3.875))) < 1e-15)
  #expect(rows[0][4] == "a" && rows[0][5] == rows[0][2] && rows[0][6] == "b" && rows[0][7] == rows[0][3])
  // (0, 0.5) gives -1 and 1.25, and a half of the distance is 1.125.
  #expect(rows[1][1] == "b" && abs(Double(rows[1][3])! - 1 / (1 + exp(-1.125))) < 1e-15)
  // Numbers: 10 + 8*sigmoid(2*sigmoid(0.5) - sigmoid(1) - 0.5), where x = 1 and kind is old.
  try scratch.write("p.csv", "kind,x\nold,1\n")
  let sigmoid = { (z: Double) in 1 / (1 + exp(-z)) }
  let price = 10 + 8 * sigmoid(2 * sigmoid(0.5) - sigmoid(0) - 0.5)
  #expect(abs(Double(try scratch.rows("mlp predict line.mlp p.csv")[0][1])! - price) < 1e-14)
}

/// A row has the same bytes whatever the number of threads, alone, in another place, from a pipe.
@Test func predictionsDoNotDependOnThreadsNorNeighbours() throws {
  let scratch = try Scratch.withNetworks()
  var text = "x,y,kind\n"
  for i in 0..<30_000 { text += "\(Double(i % 997) / 7),\(Double(i * i % 1013) / 3 - 100),\(i % 2 == 0 ? "a" : "b")\n" }
  try scratch.write("k.csv", text)
  let lines = [1, 3].map { "mlp predict plane.mlp k.csv --proba --threads \($0)" }
  let all = try scratch.must(lines[0])
  #expect(try scratch.must(lines[1]) == all)
  let pipe = try scratch.run(words("mlp predict plane.mlp - --proba"), input: text)
  #expect(pipe.output == all)
  let rows = all.split(separator: "\n")
  let cells = text.split(separator: "\n")
  for i in [1, 65, 12_345, 29_999] {
    try scratch.write("one.csv", "\(cells[0])\n\(cells[i])\n")
    let alone = try scratch.must("mlp predict plane.mlp one.csv --proba").split(separator: "\n")[1]
    #expect(alone.drop { $0 != "," } == rows[i].drop { $0 != "," })
  }
  for verb in ["evaluate plane.mlp", "compare plane.mlp plane.mlp"] {
    let documents = try [1, 3].map { try scratch.must("mlp \(verb) k.csv --format csv --threads \($0)") }
    #expect(documents[0] == documents[1])
  }
}

/// The page of a file is the library's evaluation of its rows.
@Test func evaluationsAreTheLibrarys() throws {
  let scratch = try Scratch.withNetworks()
  let document = try scratch.json("mlp evaluate species.mlp iris.csv")
  #expect(document["schema"] == "statcli.mlp.evaluate/1")
  let keys = [
    "rows", "classes", "accuracy", "accuracyInterval", "logLoss", "confusion", "perClass", "calibrationError",
  ]
  for key in keys { #expect(document[key] != nil, "\(key)") }
  let predictor = Predictor(HandmadeModels.iris)
  var evaluation = Evaluation(HandmadeModels.iris.target)
  let names = HandmadeModels.iris.target.classes!
  for line in try scratch.read("iris.csv").split(separator: "\n").dropFirst() {
    let cells = line.split(separator: ",").map { $0.filter { $0 != "\"" } }
    let numbers = cells.compactMap(Double.init)
    evaluation.add(predictor.predict(numbers), label: names.firstIndex(of: cells.last!)!)
  }
  let figures = evaluation.classes!
  #expect(document["rows"]?.integerValue == 150 && document["accuracy"]?.doubleValue == figures.accuracy)
  #expect(document["logLoss"]?.doubleValue == figures.logLoss)
  #expect(
    document["confusion"]?.arrayValue?.map { $0.arrayValue!.map { $0.integerValue! } } == figures.confusion)
  // A model that is softened by its temperature has another calibration error without it.
  try scratch.write("k.csv", "x,y,kind\n1,2,b\n3,1,a\n-1,4,b\n2,2,a\n")
  let soft = try scratch.json("mlp evaluate plane.mlp k.csv")
  #expect(soft["calibrationError"] != soft["calibrationErrorUncalibrated"])
}

@Test func requiredAccuracy() throws {
  let scratch = try Scratch.withNetworks()
  let accuracy = try #require(try scratch.json("mlp evaluate species.mlp iris.csv")["accuracy"]?.doubleValue)
  #expect(try scratch.run(words("mlp evaluate species.mlp iris.csv --require-accuracy \(accuracy)")).status == 0)
  #expect(try scratch.run(words("mlp evaluate species.mlp iris.csv --require-accuracy \(accuracy + 1e-9)")).status == 1)
}

@Test func comparisonsAreOfTheSameRows() throws {
  let scratch = try Scratch.withNetworks()
  let document = try scratch.json("mlp compare species.mlp other.mlp iris.csv")
  #expect(document["schema"] == "statcli.mlp.compare/1")
  let single = try ["species", "other"].map { try scratch.json("mlp evaluate \($0).mlp iris.csv")["accuracy"] }
  #expect(document["accuracyFirst"] == single[0] && document["accuracySecond"] == single[1])
  let counts = try #require(document["counts"]?.objectValue)
  #expect(counts.reduce(0) { $0 + $1.1.integerValue! } == 150)
  let turned = try scratch.json("mlp compare other.mlp species.mlp iris.csv")
  #expect(turned["pMid"] == document["pMid"] && turned["counts"]?["firstAlone"] == document["counts"]?["secondAlone"])
}

@Test func checksOfGradients() throws {
  let scratch = try Scratch.withNetworks()
  let document = try scratch.json("mlp check-gradient species.mlp iris.csv")
  #expect(document["schema"] == "statcli.mlp.check-gradient/1" && document["holds"] == true)
  #expect(document["parameters"]?.arrayValue?.map { $0["name"]!.stringValue! } == ["W1", "W2", "b1", "b2"])
  #expect(try scratch.run(words("mlp check-gradient species.mlp iris.csv --tolerance 1e-15")).status == 1)
}

/// What is written out and read in again predicts the same.
@Test func exports() throws {
  let scratch = try Scratch.withNetworks()
  for form in ["onnx", "safetensors", "json", "c", "swift"] {
    try scratch.must("mlp export plane.mlp -q -o made.\(form)")
    #expect(try scratch.run(words("mlp export plane.mlp --to \(form) -q -o made.\(form)")).status == 73)
  }
  #expect(try scratch.must("mlp export plane.mlp --to c --name flat").contains("flat"))
  try scratch.write("k.csv", "x,y\n1,2\n3,1\n")
  #expect(try scratch.must("mlp predict made.safetensors k.csv") == scratch.must("mlp predict plane.mlp k.csv"))
  try scratch.must("mlp import made.onnx -q -o back.mlp")
  let (there, back) = try (
    scratch.rows("mlp predict plane.mlp k.csv --proba"), scratch.rows("mlp predict back.mlp k.csv --proba")
  )
  for (a, b) in zip(there, back) {
    #expect(a[1] == b[1] && abs(Double(a[2])! - Double(b[2])!) < 1e-6)
  }
  #expect(try scratch.run(words("mlp import made.onnx -o back.mlp")).status == 73)
  #expect(try scratch.run(words("mlp import iris.csv -o text.mlp")).status == 65)
}

@Test(arguments: [
  ("predict nothing.mlp iris.csv", 66, "cannot open it"), ("predict species.mlp nothing.csv", 66, "no such file"),
  ("predict iris.csv iris.csv", 65, "is no model of mlp: it is text"),
  ("predict cut.mlp iris.csv", 65, "cut.mlp: error: "),
  ("predict species.mlp plane.csv", 65, "there is no column \"Sepal.Length\" of the model"),
  ("predict plane.mlp text.csv", 65, "text.csv:3:1"), ("predict plane.mlp plane.csv --top 0", 64, "from 1 on"),
  ("predict line.mlp price.csv --proba", 64, "predicts a number"),
  ("predict plane.mlp plane.csv --keep nam", 65, "there is no column"),
  ("predict - - < plane.mlp", 64, "standard input can be read only once"),
  ("predict plane.mlp plane.csv > /dev/full", 74, "cannot write it"),
  ("predict plane.mlp plane.csv -o plane.csv -f", 73, "is also an input"),
  ("predict plane.mlp plane.csv -o plane.mlp -f", 73, "is also an input"),
  ("evaluate plane.mlp plane.csv", 65, "there is no column \"kind\", which the model predicts"),
  ("evaluate plane.mlp text.csv --target y", 65, "text.csv:3:1"),
  ("evaluate plane.mlp plane.csv --target y", 65, "no row has an answer"),
  ("evaluate plane.mlp plane.csv --require-accuracy 97", 64, "97"),
  ("evaluate line.mlp price.csv --require-accuracy 0.5", 64, "predicts a number"),
  ("info nothing.mlp", 66, "cannot open it"), ("explain plane.mlp --wrt W3", 64, "the network has no W3"),
  ("explain plane.mlp --emit plan", 64, "--emit plan is of deriv"),
  ("explain plane.mlp --steps --emit numpy", 64, "--steps can be had"),
  ("check-gradient plane.mlp plane.csv --target y", 65, "no row has an answer"),
  ("check-gradient plane.mlp plane.csv --rows 0", 64, "from 1 to 10000"),
  ("export plane.mlp", 64, "--to is missing"), ("export plane.mlp -o made.xyz", 64, "stands for no form"),
  ("export plane.mlp --to c --name 9", 64, "9"), ("export plane.mlp --to h5", 64, "h5"),
  ("compare plane.mlp line.mlp price.csv", 65, "predict different things"),
])
func refusalsOfNetworks(line: String, status: Int32, text: String) throws {
  let scratch = try Scratch.withNetworks()
  try scratch.write("plane.csv", "x,y\n1,2\n3,4\n")
  try scratch.write("price.csv", "x,kind,price\n1,new,2\n3,old,4\n")
  try scratch.write("text.csv", "x,y,kind\n1,2,a\noops,2,b\n3,4,a\n")
  let run = try scratch.shell("head -c 300 plane.mlp > cut.mlp; statcli mlp \(line)")
  #expect(run.status == status, "\(line): \(run.errors)")
  #expect(run.errors.contains(text), "\(line): \(run.errors)")
  #expect(!run.errors.contains("internal error"))
}

/// What tune prints can be typed, and trains the network that it has saved.
@Test func tunedSettingsAreACommand() throws {
  let scratch = try Scratch()
  let document = try scratch.json("mlp tune iris.csv --settings 4 --epochs 6 --save tuned.mlp -q")
  #expect(document["schema"] == "statcli.mlp.tune/1")
  #expect(document["rounds"]?.arrayValue?.map { $0["trials"]!.arrayValue!.count } == [4, 2, 1])
  let command = try #require(document["train"]?.stringValue)
  #expect(try scratch.shell(command + " -q -o again.mlp").status == 0)
  let prints = try ["tuned", "again"].map { try scratch.json("mlp info \($0).mlp")["network"]?["fingerprints"] }
  #expect(prints[0] != nil && prints[0] == prints[1])
  #expect(try scratch.run(words("mlp tune iris.csv --save tuned.mlp")).status == 73)
  #expect(try scratch.run(words("mlp tune iris.csv --valid 0")).status == 64)
}

@Test func benchmarks() throws {
  let scratch = try Scratch.withNetworks()
  let document = try scratch.json("mlp bench --shape 8-4-2 --batch 16,32 --threads 1")
  #expect(document["schema"] == "statcli.mlp.bench/1")
  let runs = try #require(document["runs"]?.arrayValue)
  #expect(runs.map { $0["batch"]!.integerValue! } == [16, 32])
  for run in runs {
    for key in ["samplesPerSecond", "flopsPerSecond", "sgemmFlopsPerSecond", "secondsPerStep", "secondsOfPlan"] {
      #expect(run[key]?.doubleValue ?? 0 > 0, "\(key)")
    }
  }
  for line in ["mlp bench --shape 8", "mlp bench species.mlp --shape 8-2", "mlp bench --batch 0"] {
    #expect(try scratch.run(words(line)).status == 64)
  }
}
