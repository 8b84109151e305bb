// `statcli mlp train` on the samples: what is found by itself, what is written where, and that the same command gives the same bytes.
import Foundation
import JSONText
import MLP
import Testing

@testable import statcli

/// The document of a training that is expected to succeed.
private func document(_ line: String, _ scratch: Scratch) throws -> JSON {
  let run = try scratch.run(words(line + " --json"))
  #expect(run.status == 0, "\(line): \(run.errors)")
  return try JSON(parsing: Array(run.output.utf8))
}

private func model(_ name: String, _ scratch: Scratch) throws -> MLP.Model {
  try MLP.Model(contentsOf: scratch.folder.appending(path: name).path())
}

@Test func digitsAreLearned() throws {
  let scratch = try Scratch()
  let answer = try document("mlp digits.csv --epochs 12 --seed 1", scratch)
  #expect(answer["schema"]?.stringValue == "statcli.mlp.train/1")
  #expect(answer["data"]?["target"]?.stringValue == "label")
  #expect(answer["network"]?["scaling"]?.stringValue == "common")
  #expect(answer["split"]?["training"]?.integerValue == 1617)
  #expect(answer["evaluation"]!["accuracy"]!.doubleValue! > 0.93)
  #expect(answer["evaluation"]?["confusion"]?.arrayValue?.count == 10)
  let saved = try model("digits.mlp", scratch)
  #expect(saved.network.inputs == 64 && saved.network.outputs == 10)
  #expect(saved.target.classes == (0..<10).map(String.init))
  #expect(saved.record.command == "statcli mlp digits.csv --epochs 12 --seed 1 --json")
  #expect(answer["model"]?["weights"]?.arrayValue?.first?.stringValue == saved.members[0].fingerprint)
}

@Test func theOnlyTextColumnIsTheTarget() throws {
  let scratch = try Scratch()
  let answer = try document("mlp iris.csv --epochs 2", scratch)
  #expect(answer["data"]?["target"]?.stringValue == "Species")
  #expect(answer["data"]?["classes"]?.arrayValue?.map { $0["n"]!.integerValue! } == [50, 50, 50])
}

@Test func numbersArePredicted() throws {
  let scratch = try Scratch()
  let answer = try document(
    "mlp faithful.csv --target eruptions --hidden 8:tanh --optimizer lbfgs --epochs 60 -o f.mlp", scratch)
  #expect(answer["data"]?["task"]?.stringValue == "regression")
  // The straight line has R2 0.81 on all rows (R's lm).
  #expect(answer["evaluation"]!["r2"]!.doubleValue! > 0.7)
  #expect(answer["evaluation"]?["rmse"] != nil && answer["evaluation"]?["mae"] != nil)
  #expect(try model("f.mlp", scratch).target.classes == nil)
}

@Test func wholeNumbersAreClassesWhereTheyAreFew() throws {
  let scratch = try Scratch()
  let classes = try scratch.run(words("mlp challenger.csv --target distress --epochs 2 --valid 0"))
  #expect(classes.errors.contains("taken for classes [W408]") && classes.errors.contains("--task regression"))
  let numbers = try document("mlp challenger.csv --target distress --task regression --epochs 2 -f", scratch)
  #expect(numbers["data"]?["task"]?.stringValue == "regression")
  let many = try document("mlp stackloss.csv --target stack.loss --epochs 2", scratch)
  #expect(many["data"]?["task"]?.stringValue == "regression")
}

@Test func textsBecomeCategories() throws {
  let scratch = try Scratch()
  let answer = try document("mlp iris.csv --target Sepal.Length --epochs 2", scratch)
  #expect(answer["data"]?["categories"]?.arrayValue?.map(\.stringValue) == ["Species"])
  let saved = try model("iris.mlp", scratch)
  #expect(
    saved.encoder.inputNames == [
      "Sepal.Width", "Petal.Length", "Petal.Width", "Species=setosa", "Species=versicolor", "Species=virginica",
    ])
}

@Test func missingCellsAndRowsAreTold() throws {
  let scratch = try Scratch()
  let run = try scratch.run(words("mlp airquality.csv --target Ozone --epochs 2"))
  #expect(run.status == 0)
  #expect(run.errors.contains("37 rows left out: no \"Ozone\" [W404]"))
  #expect(run.errors.contains("\"Solar.R\" 5") && run.errors.contains("[W402]"))
  #expect(run.output.contains("116 rows of 153"))
}

@Test func weightsAreNoInput() throws {
  let scratch = try Scratch()
  let answer = try document("mlp iris.csv --weights Petal.Width --epochs 2 --exclude 1", scratch)
  #expect(answer["data"]?["numbers"]?.arrayValue?.map(\.stringValue) == ["Sepal.Width", "Petal.Length"])
}

@Test func aFileOfItsOwnJudges() throws {
  let scratch = try Scratch()
  _ = try scratch.shell("(head -1 iris.csv; tail -n +2 iris.csv | awk 'NR % 3 == 0') > judge.csv")
  let answer = try document("mlp iris.csv --valid judge.csv --epochs 2", scratch)
  #expect(answer["split"]?["training"]?.integerValue == 150)
  #expect(answer["split"]?["validation"]?.integerValue == 50)
  #expect(answer["evaluation"]?["rows"]?.integerValue == 50)
  let other = try scratch.run(words("mlp iris.csv --valid faithful.csv --epochs 2 -o other.mlp"))
  #expect(other.status == 65 && other.errors.contains("faithful.csv"))
}

@Test func theSameCommandGivesTheSameBytes() throws {
  let scratch = try Scratch()
  let line = "mlp iris.csv --epochs 4 --dropout 0.2 -f"
  let first = try scratch.run(words(line))
  let saved = try Data(contentsOf: scratch.folder.appending(path: "iris.mlp"))
  let second = try scratch.run(words(line))
  #expect(first.output == second.output)
  #expect(try Data(contentsOf: scratch.folder.appending(path: "iris.mlp")) == saved)
  let threads = try document("mlp digits.csv --epochs 1 --threads 2 -o two.mlp", scratch)
  let one = try document("mlp digits.csv --epochs 1 --threads 1 -o one.mlp", scratch)
  #expect(threads["model"]?["weights"] == one["model"]?["weights"])
}

@Test func aModelGoesToStandardOutput() throws {
  let scratch = try Scratch()
  let run = try scratch.shell("cat iris.csv | statcli mlp - --epochs 2 -o - --report page.txt > piped.mlp")
  #expect(run.status == 0, "\(run.errors)")
  #expect(try model("piped.mlp", scratch).network.inputs == 4)
  #expect(try scratch.read("page.txt").hasPrefix("Accuracy"))
}

@Test func theLogHasALineForEachEpoch() throws {
  let scratch = try Scratch()
  let run = try scratch.run(words("mlp iris.csv --epochs 3 --log run.jsonl -q --report r.json"))
  #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
  let lines = try scratch.read("run.jsonl").split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
  #expect(lines.map { $0["event"]?.stringValue } == ["start", "epoch", "epoch", "epoch", "end"])
  #expect(lines[1]["seconds"]?.doubleValue != nil)
  #expect(try JSON(parsing: Array(scratch.read("r.json").utf8))["networks"]?.arrayValue?.count == 1)
}

@Test func theHistoryIsATable() throws {
  let scratch = try Scratch()
  let run = try scratch.run(words("mlp iris.csv --epochs 3 --ensemble 2 --format csv"))
  let lines = run.output.split(separator: "\n")
  #expect(lines[0] == "network,epoch,loss,validationLoss,validationScore,lr")
  #expect(lines.count == 7 && lines[6].hasPrefix("2,3,"))
}

@Test func theTimeEndsTraining() throws {
  let scratch = try Scratch()
  let answer = try document("mlp iris.csv --optimizer adam --time 0.3s --epochs 10M --patience none", scratch)
  #expect(answer["ending"]?.stringValue == "time is up")
}

@Test func anInterruptionSavesTheBestWeights() throws {
  let scratch = try Scratch()
  let run = try scratch.shell(
    """
    statcli mlp digits.csv --epochs 10M --time 100s --patience none --log l.jsonl > page.txt 2> errors.txt & pid=$!
    for i in $(seq 600); do grep -q '"epoch":2' l.jsonl 2> /dev/null && break; sleep 0.05; done
    kill -INT $pid; wait $pid; echo $?
    """)
  #expect(run.output == "130\n")
  #expect(try scratch.read("page.txt").contains("stopped      interrupted; weights of epoch"))
  #expect(try scratch.read("errors.txt").contains("statcli: interrupted"))
  #expect(try model("digits.mlp", scratch).record.ending == "interrupted")
  #expect(!scratch.files.contains { $0.hasSuffix(".tmp") })
}

@Test func trainingIsTakenUp() throws {
  let scratch = try Scratch()
  let line = "mlp iris.csv --dropout 0.1 --patience none"
  let whole = try document("\(line) --epochs 8 -o whole.mlp", scratch)
  _ = try document("\(line) --epochs 3 -o part.mlp --checkpoint c.ckpt --save-every 1", scratch)
  let rest = try document("\(line) --epochs 8 -o rest.mlp --checkpoint c.ckpt --resume", scratch)
  #expect(rest["model"]?["weights"] == whole["model"]?["weights"])
  #expect(rest["networks"] == whole["networks"], "with the epochs of before")
  let other = try scratch.run(words("mlp iris.csv --hidden 5 -o other.mlp --checkpoint c.ckpt --resume"))
  #expect(other.status == 65 && other.errors.contains("another training"))
}

@Test func foldsAreScored() throws {
  let scratch = try Scratch()
  let answer = try document("mlp iris.csv --cv 4 --repeats 2 --epochs 3", scratch)
  #expect(answer["schema"]?.stringValue == "statcli.mlp.cv/1")
  let cross = answer["crossValidation"]!
  let scores = cross["scores"]!.arrayValue!
  #expect(scores.count == 8)
  #expect(scores.reduce(0) { $0 + $1["rows"]!.integerValue! } == 300)
  let accuracies = scores.map { $0["accuracy"]!.doubleValue! }
  #expect(abs(cross["mean"]!.doubleValue! - accuracies.reduce(0, +) / 8) < 1e-12)
  #expect(!scratch.files.contains("iris.mlp"))
  let saved = try document("mlp iris.csv --cv 3 --epochs 2 -o m.mlp", scratch)
  #expect(saved["crossValidation"]?["scores"]?.arrayValue?.count == 3)
  #expect(scratch.files.contains("m.mlp"))
}

@Test(arguments: ["textbook", "image", "tabular"])
func presetsTrain(name: String) throws {
  let scratch = try Scratch()
  let answer = try document("mlp digits.csv --preset \(name) --epochs 1 --hidden 16", scratch)
  #expect(answer["preset"]?.stringValue == name)
  let layers = answer["network"]!["hidden"]!.arrayValue!
  #expect(layers.count == 1)
  #expect(layers[0]["activation"]?.stringValue == ["textbook": "sigmoid", "image": "relu", "tabular": "selu"][name])
}

@Test func twoTrainingsOfOneNameLoseNothing() throws {
  let scratch = try Scratch()
  let run = try scratch.shell(
    """
    statcli mlp digits.csv --time 2s --epochs 10M --patience none -q -o one.mlp >/dev/null & pid=$!
    statcli mlp iris.csv --epochs 2 -q -o one.mlp >/dev/null; echo "second $?"
    wait $pid; echo "first $?"
    """)
  #expect(run.output == "second 0\nfirst 73\n", "\(run.errors)")
  #expect(run.errors.contains("this model is in one-2.mlp"))
  #expect(try scratch.run(["mlp", "info", "one.mlp"]).output.hasPrefix("4-100-3"))
  #expect(try scratch.run(["mlp", "info", "one-2.mlp"]).output.hasPrefix("64-100-10"))
}
