// The lines of a training as a terminal and a pipe get them, and the words of its flags.
import MLP
import Testing

@testable import statcli

private let plain = Style(colour: false, unicode: false)

@Test func theCurveIsDrawnByLevels() {
  #expect(Curve.text([8, 4, 2, 1], width: 10, style: plain) == "#+~_")
  #expect(Curve.text([8, 4, 2, 1], width: 10, style: Style(colour: false, unicode: true)) == "█▆▃▁")
  #expect(Curve.text([3, 3], width: 10, style: plain) == "__")
  #expect(Curve.text([1, .nan, 100], width: 10, style: plain) == "_#")
  #expect(Curve.text((1...100).map(Double.init), width: 7, style: plain).count == 7)
  #expect(Curve.text([], width: 7, style: plain) == "")
}

@Test func theLineTellsWhatIsLeft() {
  var options = TrainingOptions()
  options.epochs = 100
  let line = { (seconds: Double) in
    TrainingLine.text(epoch: 26, done: 0.5, loss: 0.0117, options: options, seconds: seconds, style: plain)
  }
  #expect(line(25.5) == " 26/100 ============------------ 50 %  loss 0.0117  ETA 1:15")
  #expect(line(2550).hasSuffix("ETA 2:04:10"))
  options.time = 30
  #expect(line(25.5).hasSuffix("ETA 0:05"))
}

@Test(
  arguments: [("90", 90), ("60s", 60), ("1.5m", 90), ("2h", 7200), ("0", nil), ("-1s", nil), ("s", nil), ("1d", nil)]
    as [(String, Double?)])
func times(text: String, seconds: Double?) { #expect(Seconds(argument: text)?.value == seconds) }

@Test(
  arguments: [("5%", 0.05), ("0.25", 0.25), ("0", 0), ("101%", nil), ("-1%", nil), ("%", nil)] as [(String, Double?)])
func shares(text: String, share: Double?) { #expect(Share(argument: text)?.value == share) }

@Test(
  arguments: [("shift:1", 1), ("none", 0), ("shift:", nil), ("shift:-1", nil), ("mirror", nil)] as [(String, Int?)])
func augmentations(text: String, shift: Int?) { #expect(Augmentation(argument: text)?.shift == shift) }

@Test func patience() {
  #expect(Patience(argument: "none") != nil && Patience(argument: "none")!.epochs == nil)
  #expect(Patience(argument: "7")?.epochs == 7)
  #expect(Patience(argument: "0") == nil)
}

@Test func modelsAreCalledLikeTheirData() {
  #expect(ModelFile.name(for: "data/digits.csv.gz") == "digits.mlp")
  #expect(ModelFile.name(for: "digits") == "digits.mlp")
  #expect(ModelFile.name(for: "-") == nil)
}

@Test func losses() {
  #expect(EpochTable.loss(0.60123) == "0.6012")
  #expect(EpochTable.loss(0.000166) == "0.000166")
  #expect(EpochTable.loss(-4.7138) == "-4.7138")
  #expect(EpochTable.loss(1_234_567) == "1.235e+06")
}
