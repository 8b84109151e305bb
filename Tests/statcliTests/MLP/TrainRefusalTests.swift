// What `statcli mlp train` refuses, each with its status and a way out, before any training; and what is left behind.
import Foundation
import Testing

@testable import statcli

@Test(arguments: [
  ("mlp nothing.csv", 66, "no such file"),
  ("mlp iris.csv --target Specie", 65, "did you mean \"Species\"?"),
  ("mlp iris.csv --weights Species --target 1", 65, "not numeric"),
  ("mlp iris.csv --weights 1 --target 1", 64, "is both --target and --weights"),
  ("mlp faithful.csv", 64, "which column is to be predicted?"),
  ("mlp two.csv", 64, "2 are text"),
  ("mlp iris.csv --target Species --task regression", 65, "is text, not numeric"),
  ("mlp one.csv", 65, "all rows are of one class, \"a\""),
  ("mlp iris.csv --columns Species", 65, "no column is left"),
  ("mlp gap.csv --columns x,z", 65, "every cell of column \"z\" is missing"),
  ("mlp late.csv", 65, "late.csv:1102:1"),
  ("mlp many.csv --columns x,name", 65, "120 different texts"),
  ("mlp many.csv --target name", 65, "they are no classes"),
  ("mlp iris.csv -o no/such/place.mlp", 73, "cannot create it"),
  ("mlp iris.csv -o /proc/m.mlp", 73, "cannot create it"),
  ("mlp iris.csv -o iris.csv -f", 73, "is also an input"),
  ("mlp iris.csv -o there.mlp", 73, "--force"),
  ("mlp iris.csv --log there.mlp", 73, "--force"),
  ("mlp iris.csv --checkpoint there.mlp", 73, "--resume"),
  ("mlp - --target y", 64, "-o model.mlp"),
  ("mlp iris.csv --hidden 0", 64, "\"0\" is no layer"),
  ("mlp iris.csv --hidden 12:rellu", 64, "did you mean \"relu\"?"),
  ("mlp iris.csv --loss huge", 64, "huge"),
  ("mlp iris.csv --loss mse", 64, "--loss cross-entropy"),
  ("mlp faithful.csv --target 1 --loss cross-entropy", 64, "--loss mse"),
  ("mlp iris.csv --momentum 0.5", 64, "--optimizer momentum"),
  ("mlp iris.csv --optimizer lbfgs --batch 12", 64, "has no meaning for the optimizer lbfgs"),
  ("mlp iris.csv --optimizer lbfgs --dropout 0.5", 64, "all rows at once"),
  ("mlp iris.csv --columns 1-3 --augment shift:1", 64, "shifts are of square images"),
  ("mlp digits.csv --augment shift:1 --scale columns", 64, "share one scale"),
  ("mlp iris.csv --optimizer lbfgs --schedule cosine", 64, "no meaning"),
  ("mlp iris.csv --lr 0", 64, "--lr is positive"),
  ("mlp iris.csv --lr -1", 64, "--lr is positive"),
  ("mlp iris.csv --dropout 1", 64, "below 1"),
  ("mlp iris.csv --valid 1.5", 64, "--valid is a share"),
  ("mlp iris.csv --valid 0 --patience 3", 64, "not --valid 0"),
  ("mlp iris.csv --valid nothing.csv", 66, "no such file"),
  ("mlp iris.csv --cv 1", 64, "from 2"),
  ("mlp iris.csv --cv 200", 65, "too few for 200 folds"),
  ("mlp single.csv --cv 2", 65, "has one row only"),
  ("mlp iris.csv --repeats 2", 64, "needs --cv"),
  ("mlp iris.csv --resume", 64, "needs --checkpoint"),
  ("mlp iris.csv --time soon", 64, "soon"),
  ("mlp iris.csv --warm-up 1", 64, "did you mean '--warmup'"),
  ("mlp iris.csv --lr 1e30", 1, "nothing is saved"),
  ("mlp iris.csv --time 0.000001 --batch 1", 1, "before the first epoch was over"),
  ("mlp single.csv --warn-as-error --epochs 1", 65, "[W405]"),
  ("mlp trian iris.csv", 64, "did you mean \"train\"?"),
])
func trainingIsRefused(line: String, status: Int32, part: String) throws {
  let scratch = try Scratch()
  try scratch.write("two.csv", "a,b,x\nu,v,1\nw,v,2\n")
  try scratch.write("one.csv", "x,label\n1,a\n2,a\n3,a\n")
  try scratch.write("gap.csv", "x,y,z\n1,a,\n2,b,\n3,a,\n4,b,\n")
  try scratch.write("late.csv", "x,y\n" + (0..<1100).map { "\($0),\($0 % 2 == 0 ? "a" : "b")\n" }.joined() + "oops,a\n")
  try scratch.write(
    "many.csv", "x,name,y\n" + (0..<120).map { "\($0),n\($0),\($0 % 2 == 0 ? "a" : "b")\n" }.joined())
  try scratch.write("single.csv", "x,y\n1,a\n2,a\n3,a\n4,b\n5,b\n6,c\n")
  try scratch.write("there.mlp", "kept")
  let before = scratch.files
  let run = try scratch.run(words(line), input: "x,y\n1,2.5\n")
  #expect(run.status == status, "\(run.errors)")
  #expect(run.errors.lowercased().contains(part.lowercased()), "\(run.errors)")
  #expect(scratch.files == before, "nothing is left behind")
  #expect(try scratch.read("there.mlp") == "kept")
}

@Test func aFullDeviceIsTold() throws {
  let scratch = try Scratch()
  let run = try scratch.shell("statcli mlp iris.csv --epochs 2 > /dev/full")
  #expect(run.status == 74 && run.errors.contains("cannot write it"))
}
