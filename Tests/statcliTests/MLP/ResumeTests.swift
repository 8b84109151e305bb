// Training that is killed at any moment and taken up again ends in the same weights, to the bit. STATKIT_KILLS=20 kills so many times.
import Foundation
import Testing

@Suite struct ResumeTests {
  private static let kills = Int(ProcessInfo.processInfo.environment["STATKIT_KILLS"] ?? "") ?? 3

  /// The hash of the weights in a model of this folder.
  private func weights(_ scratch: Scratch, _ model: String) throws -> String {
    let run = try scratch.run(["mlp", "info", model, "--json"])
    #expect(run.status == 0, "\(run.errors)")
    return try #require(run.output.firstMatch(of: /"fingerprints":\s*\["([0-9a-f]{16})"/)).output.1.description
  }

  @Test func killedTrainingGoesOn() throws {
    let scratch = try Scratch()
    let command =
      "mlp train digits.csv --hidden 32 --epochs 40 --patience none --norm layer --dropout 0.1 --save-every 1 -q --force"
    let whole = try scratch.run(words(command + " --checkpoint whole.ckpt -o whole.mlp"))
    #expect(whole.status == 0, "\(whole.errors)")
    let expected = try weights(scratch, "whole.mlp")
    for trial in 1...Self.kills {
      // Between a hundredth of a second and half of one: before, in and behind the writing of checkpoints.
      let pause = 0.01 + 0.49 * Double((trial * 7919) % 100) / 100
      let killed = try scratch.shell(
        """
        rm -f part.ckpt part.mlp
        statcli \(command) --checkpoint part.ckpt -o part.mlp >/dev/null & pid=$!
        sleep \(pause); kill -9 $pid; wait $pid
        for i in 1 2; do
          statcli \(command) --checkpoint part.ckpt --resume -o part.mlp >/dev/null & pid=$!
          sleep \(pause / 2); kill -9 $pid; wait $pid
        done
        statcli \(command) --checkpoint part.ckpt --resume -o part.mlp >/dev/null
        """)
      #expect(killed.status == 0, "\(killed.errors)")
      let found = try weights(scratch, "part.mlp")
      #expect(found == expected, "killed after \(pause) s")
    }
  }

  /// Ctrl-C ends behind a batch; what is taken up there is the same training.
  @Test func interruptedTrainingGoesOn() throws {
    let scratch = try Scratch()
    let command = "mlp train digits.csv --hidden 48 --epochs 60 --patience none -q --force"
    #expect(try scratch.run(words(command + " --checkpoint whole.ckpt -o whole.mlp")).status == 0)
    let stopped = try scratch.shell(
      """
      statcli \(command) --checkpoint part.ckpt -o part.mlp >/dev/null & pid=$!
      sleep 0.15; kill -INT $pid; wait $pid; echo $?
      statcli \(command) --checkpoint part.ckpt --resume -o part.mlp >/dev/null
      """)
    #expect(["130", "0"].contains(stopped.output.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(stopped.status == 0, "\(stopped.errors)")
    let (found, expected) = (try weights(scratch, "part.mlp"), try weights(scratch, "whole.mlp"))
    #expect(found == expected)
  }

  @Test func anotherTrainingIsRefused() throws {
    let scratch = try Scratch()
    #expect(try scratch.run(words("mlp iris.csv --epochs 2 --checkpoint c.ckpt -o a.mlp -q")).status == 0)
    let other = try scratch.run(words("mlp iris.csv --epochs 2 --hidden 7 --checkpoint c.ckpt --resume -o b.mlp -q"))
    #expect(other.status == 65)
    #expect(other.errors.contains("another training"))
  }
}
