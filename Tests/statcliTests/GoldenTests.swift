// Whole output, byte for byte: a change of a page, a message or an exit status is seen in review and not by users.
// After a wanted change: STATCLI_GOLDEN=write swift test --filter Golden, and look at the difference before committing.
import Foundation
import Testing

/// One run, kept in `Fixtures/golden/<name>.txt`.
struct GoldenCase: CustomTestStringConvertible, Sendable {
  let name: String
  let command: String
  var input = ""
  var files: [String: String] = [:]
  var environment: [String: String] = [:]

  var testDescription: String { name }

  init(
    _ name: String, _ command: String, input: String = "", files: [String: String] = [:],
    environment: [String: String] = [:]
  ) {
    self.name = name
    self.command = command
    self.input = input
    self.files = files
    self.environment = environment
  }
}

private let malformed = "name,age,weight\nanna,31,61.5\nben,x,70\ncarl,40,y\ndora,29,55\nemil,22,80.25\n"
private let related = "a,b,total\n1,2,3\n2,5,7\n4,1,5\n7,7,14\n3,8,11\n"
/// Numbers whose normal equations have no rounding: the gradient vanishes exactly, on every processor.
private let exact = ["m.csv": "left,right\n1,0\n0,1\n1,0\n0,1\n", "y.csv": "3\n4\n5\n6\n"]
private let squares = "minimize 'sum((M*x - y).^2)' --data M=m.csv --data y=y.csv --method newton"
private let weighted = "w,x,y\n2,1,5\n1,2,3\n3,4,4\n1,3,9\n2,8,1\n1,5,2\n"

private let outlying =
  "name,x,y\n" + (0..<30).map { "n\($0),\($0 % 7).5,\($0 % 5).25\n" }.joined() + "\nfar,60,-2\nmissing,NA,1\n"
/// Means 1 and 2, covariance [4 1; 1 1].
private let plane = model([(nil, "1", "1, 2", "[4, 1], [1, 1]", "[2, 0], [0.5, 0.8660254037844386]")])
/// Two groups with covariances of one form.
private let groups = model([
  ("a", "0.75", "0, 0", "[1, 0], [0, 1]", "[1, 0], [0, 1]"), ("b", "0.25", "3, 3", "[4, 0], [0, 4]", "[2, 0], [0, 2]"),
])
private let scored = "# made by hand\nx,name,y\n1,one,2\n3,two,3\n\nNA,three,2.5\n-7,four,NA\n,five,\n"
/// A category with a missing cell, texts in which each row has its own, a missing number, a constant, a class of one row, and no target.
private let found =
  "row,colour,size,name,same,answer\n"
  + (0..<60).map { "\($0),\(["red", "green", "blue"][$0 % 3]),\($0 % 7).5,n\($0),1,\($0 % 2 == 0 ? "yes" : "no")\n" }
  .joined()
  + "60,,3,last,1,no\n61,red,,none,1,maybe\n62,red,1,none,1,\n"
private let labelled = "kind,x,y\na,0,0.5\nb,3,4\nb,0.5,0\na,1,NA\nc,2,2\n,9,9\n"

private func model(
  _ gaussians: [(group: String?, prior: String, mean: String, covariance: String, factor: String)]
) -> String {
  let entries = gaussians.map { gaussian in
    "{\"group\": \(gaussian.group.map { "\"\($0)\"" } ?? "null"), \"prior\": \(gaussian.prior), \"columns\": [\"x\", \"y\"], "
      + "\"sampleSize\": 20, \"structure\": \"full\", \"mean\": [\(gaussian.mean)], "
      + "\"covariance\": [\(gaussian.covariance)], \"factor\": [\(gaussian.factor)]}"
  }.joined(separator: ", ")
  let by = gaussians[0].group == nil ? "" : "\"groupedBy\": \"kind\", "
  return "{\"schema\": \"statcli.fit/1\", \(by)\"gaussians\": [\(entries)]}\n"
}

let goldenCases: [GoldenCase] = [
  GoldenCase("iris", "gauss iris.csv"),
  GoldenCase("iris-json", "gauss iris.csv --columns 1-2 --json"),
  GoldenCase("iris-markdown", "gauss iris.csv --format markdown"),
  GoldenCase("iris-latex", "gauss iris.csv --format latex"),
  GoldenCase("iris-ascii", "gauss iris.csv --columns Sepal.Length", environment: ["LC_ALL": "C"]),
  GoldenCase("iris-colour", "gauss iris.csv --color always --columns 1,2"),
  GoldenCase("iris-diag", "gauss iris.csv --covariance diag --unbiased"),
  GoldenCase("iris-cs", "gauss iris.csv --covariance cs --level 0.99"),
  GoldenCase("iris-spherical", "gauss iris.csv --covariance spherical"),
  GoldenCase("iris-by", "gauss iris.csv --by Species"),
  GoldenCase("iris-tied", "gauss iris.csv --by Species --covariance tied"),
  GoldenCase(
    "known-mean",
    "gauss iris.csv --mean Petal.Width=1.2,Petal.Length=3.8,Sepal.Width=3,Sepal.Length=5.8 --covariance cs"),
  GoldenCase(
    "known-covariance", "gauss w.csv --columns x,y --known-covariance c.txt",
    files: ["w.csv": weighted, "c.txt": "y x\n9 -1\n-1 6\n"]),
  GoldenCase("iris-blocks", "gauss iris.csv --covariance block:1,2/3,4 --level 0.9"),
  GoldenCase("compare", "gauss iris.csv --compare all --compare block:1,2/3,4"),
  GoldenCase("compare-json", "gauss iris.csv --compare full,diag --compare 'cs spherical' --json"),
  GoldenCase("compare-few-rows", "gauss f.csv --compare full,diag", files: ["f.csv": "a,b,c\n1,2,3\n4,5,7\n"]),
  GoldenCase("iris-profile", "gauss iris.csv --columns 1-3 --intervals profile"),
  GoldenCase("iris-bootstrap", "gauss iris.csv --columns 1,2 --bootstrap 199 --seed 7 --threads 2"),
  GoldenCase("shrinkage", "gauss iris.csv --shrinkage ledoit-wolf"),
  GoldenCase("shrinkage-few-rows", "gauss f.csv --shrinkage oas", files: ["f.csv": "a,b,c\n1,2,3\n4,5,7\n2,1,0\n"]),
  GoldenCase(
    "test-outliers", "gauss test o.csv --columns x,y --covariance-equals c.csv",
    files: ["o.csv": outlying, "c.csv": "y,x\n2,0\n0,4\n"]),
  GoldenCase("airquality", "gauss airquality.csv"),
  GoldenCase("airquality-dropped", "gauss airquality.csv --missing drop"),
  GoldenCase("airquality-by", "gauss airquality.csv --columns 1-4 --by Month --estimates-only"),
  GoldenCase(
    "never-together", "gauss n.csv", files: ["n.csv": "a,b,c\n1,,2\n2,,1\n4,,3\n,3,1\n,5,4\n,6,2\n7,,3\n,1,9\n"]),
  GoldenCase("faithful", "gauss faithful.csv"),
  GoldenCase("digits", "gauss digits.csv"),
  GoldenCase("digits-dropped", "gauss digits.csv --drop-constant --exclude label"),
  GoldenCase("digits-groups", "gauss digits.csv --drop-constant --by label"),
  GoldenCase("weights", "gauss w.csv --weights w", files: ["w.csv": weighted]),
  GoldenCase("reliability", "gauss w.csv --weights w --weight-kind reliability", files: ["w.csv": weighted]),
  GoldenCase("ridge", "gauss r.csv --ridge 0.5", files: ["r.csv": related]),
  GoldenCase("singular", "gauss r.csv", files: ["r.csv": related]),
  GoldenCase("few-rows", "gauss f.csv", files: ["f.csv": "a,b,c\n1,2,3\n4,5,7\n"]),
  GoldenCase("malformed", "gauss bad.csv", files: ["bad.csv": malformed]),
  GoldenCase("all-missing", "gauss m.csv", files: ["m.csv": "a,b\n1,NA\n,2\n3,NA\n"]),
  GoldenCase("all-text", "gauss t.csv", files: ["t.csv": "a,b\nx,y\nz,w\n"]),
  GoldenCase("empty", "gauss -"),
  GoldenCase("decimal-comma", "gauss - --quiet", input: "a;b\n1,5;2\n3;1\n4;5\n6;7,5\n2;2\n1;4\n"),
  GoldenCase("hostile-header", "gauss h.csv", files: ["h.csv": "\"\u{1B}[31mred\",\"a\nb\"\n1,2\n2,4.5\n3,1\n4,9\n"]),
  GoldenCase("test-iris", "gauss test iris.csv --blocks 1,2/3,4"),
  GoldenCase("test-iris-by", "gauss test iris.csv --by Species"),
  GoldenCase("test-markdown", "gauss test faithful.csv --mean 3.5,71 --format markdown"),
  GoldenCase("test-singular", "gauss test r.csv", files: ["r.csv": related]),
  GoldenCase("test-weights", "gauss test w.csv --weights w", files: ["w.csv": weighted]),
  GoldenCase("score", "gauss score m.fit s.csv", files: ["m.fit": plane, "s.csv": scored]),
  GoldenCase("score-table", "gauss score m.fit s.csv --format table", files: ["m.fit": plane, "s.csv": scored]),
  GoldenCase("score-groups", "gauss score g.fit d.csv --format jsonl", files: ["g.fit": groups, "d.csv": labelled]),
  GoldenCase("score-no-column", "gauss score m.fit iris.csv", files: ["m.fit": plane]),
  GoldenCase(
    "score-text", "gauss score m.fit bad.csv", files: ["m.fit": plane, "bad.csv": "x,y\n1,2\n2,oops\n3,4\n5,?\n"]),
  GoldenCase("score-no-fit", "gauss score iris.csv iris.csv"),
  GoldenCase("sample", "gauss sample m.fit -n 3 --seed 5", files: ["m.fit": plane]),
  GoldenCase("sample-groups", "gauss sample g.fit -n 5", files: ["g.fit": groups]),
  GoldenCase("condition", "gauss condition m.fit --given x=2", files: ["m.fit": plane]),
  GoldenCase("condition-groups", "gauss condition g.fit --given x=1 --json", files: ["g.fit": groups]),
  GoldenCase("marginal", "gauss marginal g.fit --columns y", files: ["g.fit": groups]),
  GoldenCase("classify", "gauss classify g.fit d.csv", files: ["g.fit": groups, "d.csv": labelled]),
  GoldenCase(
    "classify-csv", "gauss classify g.fit s.csv --format csv --priors equal",
    files: ["g.fit": groups, "s.csv": scored]),
  GoldenCase(
    "impute", "gauss impute s.csv --model m.fit", files: ["m.fit": plane, "s.csv": scored]),
  GoldenCase("cv", "gauss cv faithful.csv --folds 4 --covariance full --covariance diag"),
  GoldenCase("mlp", "mlp iris.csv --hidden 8:tanh,6 --lr 0.02 --epochs 6"),
  GoldenCase("mlp-ascii", "mlp iris.csv --epochs 3 --columns Petal.Width", environment: ["LC_ALL": "C"]),
  GoldenCase("mlp-colour", "mlp train iris.csv --epochs 3 --color always -q"),
  GoldenCase("mlp-markdown", "mlp train iris.csv --epochs 2 --format markdown"),
  GoldenCase("mlp-numbers", "mlp train stackloss.csv --target stack.loss --valid 0 --epochs 60"),
  GoldenCase("mlp-found", "mlp train found.csv --target answer --epochs 4", files: ["found.csv": found]),
  GoldenCase("mlp-diverged", "mlp train iris.csv --lr 1e30"),
  GoldenCase("mlp-dry-run", "mlp train digits.csv --dry-run"),
  GoldenCase("mlp-config", "mlp train iris.csv --preset tabular --epochs 20 --hidden 32:relu,16 --print-config"),
  GoldenCase("mlp-cv", "mlp train iris.csv --cv 3 --epochs 4"),
  GoldenCase("mlp-cv-numbers", "mlp train stackloss.csv --target stack.loss --cv 3 --repeats 2 --epochs 5"),
  GoldenCase("mlp-no-target", "mlp stackloss.csv"),
  GoldenCase("mlp-unknown-target", "mlp iris.csv --target Specie"),
  GoldenCase("mlp-exists", "mlp iris.csv", files: ["iris.mlp": ""]),
  GoldenCase("mlp-text", "mlp t.csv --target y", files: ["t.csv": "x,y\n" + "1,a\n2,b\n" + "3,a\nfour,b\n5,a\n"]),
  GoldenCase("mlp-layer", "mlp iris.csv --hidden 16:sigmiod"),
  GoldenCase("help-mlp", "help mlp"),
  GoldenCase("sniff", "sniff airquality.csv"),
  GoldenCase("sniff-json", "sniff iris.csv --json"),
  GoldenCase("deriv", "deriv \"tr(A*X'*B*X*C)\" --wrt X"),
  GoldenCase("deriv-minus", "deriv \"-x'*A*x\" --wrt x --layout denominator"),
  GoldenCase("deriv-spd", "deriv 'logdet(S) + tr(inv(S)*C)' --let 'S: spd(d)' --wrt S"),
  GoldenCase("deriv-tied", "deriv 'logdet(S)' --let 'S: symmetric(d) invertible' --convention tied"),
  GoldenCase("deriv-several", "deriv \"logsumexp(z) - y'*z where z = W*x + h\" --wrt W,h,z"),
  GoldenCase("deriv-hessian", "deriv \"log(a)*x'*A*x\" --wrt x,a --hessian"),
  GoldenCase("deriv-vecjac", "deriv \"X*inv(A)*X'\" --wrt X,A"),
  GoldenCase(
    "deriv-file", "deriv --file net.txt --wrt V,z",
    files: ["net.txt": "norm2(V*o - t)^2/2  # loss\no = tanh(z)\nz = W*x\nt: vector(k)\n"]),
  GoldenCase(
    "deriv-stdin", "deriv --wrt a --check -q --emit text",
    input: "det(A + a*B)\nA: matrix(n,n)\nB: matrix(n,n)\na: scalar\n"),
  GoldenCase(
    "deriv-json", "deriv \"norm2(A*x - y)\" --wrt x --json", input: ""),
  GoldenCase("deriv-json-several", "deriv \"x'*A*x\" --wrt x,A --emit json"),
  GoldenCase("deriv-text", "deriv \"x'*A*x\" --wrt x,A --emit text"),
  GoldenCase("deriv-steps", "deriv \"tr(A*X'*B*X*C)\" --wrt X --steps"),
  GoldenCase("deriv-steps-latex", "deriv 'logdet(S)' --let 'S: spd(d)' --wrt S --steps --emit latex"),
  GoldenCase("deriv-view", "deriv \"X*inv(A)*X'\" --wrt X,A --view index"),
  GoldenCase("deriv-latex", "deriv \"norm2(A*x - y)\" --wrt x,A --emit latex"),
  GoldenCase("deriv-mathml", "deriv \"x'*A*x\" --wrt x --emit mathml"),
  GoldenCase("deriv-numpy", "deriv \"norm2(A*x - y)\" --wrt x,A --emit numpy"),
  GoldenCase("deriv-swift", "deriv 'logdet(S)' --let 'S: spd(d)' --wrt S --emit swift"),
  GoldenCase("deriv-plain", "deriv \"x'*A*x\" --wrt x,A --plain"),
  GoldenCase("deriv-markdown", "deriv \"x'*A*x\" --wrt x,A --format markdown"),
  GoldenCase("deriv-at", "deriv 'det(X)' --at 'X = [2 1; 1 2.5]'"),
  GoldenCase(
    "deriv-at-json", "deriv \"a*A*x\" --wrt x,a --at values.json --json",
    files: ["values.json": "{\"A\": [[1, 2], [3, 4], [5, 6]], \"x\": [1, -1], \"a\": 0.5, \"unused\": 1}"]),
  GoldenCase("deriv-colour", "deriv 'a^2' --color always"),
  GoldenCase("deriv-absent", "deriv \"x'*x\" --let 'Z: matrix(m,n)' --wrt Z"),
  GoldenCase("deriv-which", "deriv \"x'*A*x\""),
  GoldenCase("deriv-unknown-word", "deriv \"tr(X) + logdt(X)\""),
  GoldenCase("deriv-shapes", "deriv X*Y --let 'X: matrix(m,n)' --let 'Y: matrix(m,k)' --wrt X"),
  GoldenCase("deriv-lines", "deriv --wrt x", input: "x'*A*x +\n  z'*(x - \n"),
  GoldenCase("deriv-plan", "deriv \"norm2(A*x - y)^2\" --wrt x,A --emit plan --size m=1000 --size n=50"),
  GoldenCase(
    "deriv-plan-json", "deriv 'logdet(S)' --let 'S: spd(d)' --emit plan --size d=100 --json"),
  GoldenCase("deriv-plan-plain", "deriv 'logdet(S)' --let 'S: spd(d)' --emit plan --let 'd: dim(10000)' --plain"),
  GoldenCase("deriv-plan-sizes", "deriv \"norm2(A*x - y)^2\" --wrt x --emit plan --size q=3"),
  GoldenCase("deriv-plan-missing", "deriv \"norm2(A*x - y)^2\" --wrt x --emit plan"),
  GoldenCase("minimize", squares, files: exact),
  GoldenCase("minimize-json", squares + " --json", files: exact),
  GoldenCase("minimize-markdown", squares + " --format markdown", files: exact),
  GoldenCase("minimize-latex", squares + " --format latex", files: exact),
  GoldenCase("minimize-plain", squares + " --plain", files: exact),
  GoldenCase("minimize-trace", squares + " --trace -", files: exact),
  GoldenCase("minimize-colour", "minimize '(a - 3)^2' --method newton --color always"),
  GoldenCase(
    "minimize-few-iterations",
    "minimize 'sum((M*x + a*ones(m,1) - y).^2)' --wrt x,a --data M=stackloss.csv:1-3 --data y=stackloss.csv:4 --max-iterations 3"
  ),
  GoldenCase(
    "minimize-diverged",
    "minimize '(a - 1)^2 + 100*(b - a^2)^2' --wrt a,b --start a=-1.2 --start b=1 --method gd --rate 0.1"),
  GoldenCase("minimize-saddle", "minimize 'a^4 - a^2 + b^2' --wrt a,b --start b=2"),
  GoldenCase("minimize-flat", "minimize '(a + b)^2' --wrt a,b --start a=1"),
  GoldenCase(
    "minimize-shape", "minimize 'sum((M*x - y).^2)' --wrt x --data M=stackloss.csv:1-3 --data y=challenger.csv:2"),
  GoldenCase(
    "minimize-missing", "minimize 'sum((M*x - y).^2)' --wrt x --data M=airquality.csv:2-4 --data y=airquality.csv:1"),
  GoldenCase("help-deriv", "help deriv"),
  GoldenCase("help-minimize", "help minimize"),
  GoldenCase("help-language", "help language"),
  GoldenCase("bare", ""),
  GoldenCase("help-gauss", "gauss --help"),
  GoldenCase("help-moments", "help gauss moments"),
  GoldenCase("help-test", "help gauss test"),
  GoldenCase("help-score", "help gauss score"),
  GoldenCase("help-sample", "help gauss sample"),
  GoldenCase("help-condition", "help gauss condition"),
  GoldenCase("help-marginal", "help gauss marginal"),
  GoldenCase("help-classify", "help gauss classify"),
  GoldenCase("help-impute", "help gauss impute"),
  GoldenCase("help-cv", "help gauss cv"),
  GoldenCase("help-merge", "help gauss merge"),
  GoldenCase("help-subtract", "help gauss subtract"),
  GoldenCase("help-sniff", "sniff -h"),
  GoldenCase("help-exit-codes", "help exit-codes"),
  GoldenCase("help-formats", "help formats"),
  GoldenCase("help-csv", "help csv"),
  GoldenCase("help-environment", "help environment"),
  GoldenCase("help-warnings", "help warnings"),
]

@Test(arguments: goldenCases + networkCases)
func golden(_ example: GoldenCase) throws {
  let scratch = try Scratch()
  for (name, text) in example.files { try scratch.write(name, text) }
  if example.command.hasPrefix("mlp ") { try HandmadeModels.write(to: scratch) }
  let run = try scratch.run(words(example.command), input: example.input, environment: example.environment)
  let found =
    "$ statcli \(example.command)\n\(rounded(run.output))--- standard error\n\(run.errors)--- exit \(run.status)\n"
  let place = Scratch.repository.appending(path: "Tests/statcliTests/Fixtures/golden/\(example.name).txt")
  if ProcessInfo.processInfo.environment["STATCLI_GOLDEN"] == "write" {
    try found.write(to: place, atomically: true, encoding: .utf8)
    return
  }
  let expected = try String(contentsOf: place, encoding: .utf8)
  #expect(found == expected, "\(example.name): \(firstDifference(found, expected))")
}

/// Doubles of full precision to ten digits: the last bits may differ between processors.
///
/// Nor the processor's kernels, the size of a file that names them, and the hash of weights to the last bit.
private func rounded(_ text: String) -> String {
  text.replacing(/(machine  [0-9]+ threads?, |machine: [0-9]+ threads?, ).*, f/) { "\($0.output.1)(this one), f" }
    .replacing(/OpenBLAS [0-9.]+.* kernels/, with: "OpenBLAS of this machine")
    .replacing(/\.mlp, [0-9]+ bytes/, with: ".mlp, (some) bytes")
    .replacing(/weights(:?)( +)[0-9a-f]{16}(, [0-9a-f]{16})*/) { "weights\($0.output.1)\($0.output.2)(a hash)" }
    .replacing(/-?[0-9]+\.[0-9]{9,}(e[-+][0-9]+)?/) { String(format: "%.10g", Double($0.output.0)!) }
}

/// The first line that differs, so that a failure reads without a diff.
private func firstDifference(_ found: String, _ expected: String) -> String {
  let (a, b) = (found.components(separatedBy: "\n"), expected.components(separatedBy: "\n"))
  let line = zip(a, b).enumerated().first { $0.element.0 != $0.element.1 }
  guard let line else { return "one has \(a.count) lines, the other \(b.count)" }
  return "line \(line.offset + 1) is\n\(line.element.0)\ninstead of\n\(line.element.1)"
}

@Test func everyGoldenFileHasItsCase() throws {
  let folder = Scratch.repository.appending(path: "Tests/statcliTests/Fixtures/golden")
  let files = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
  #expect(files == (goldenCases + networkCases).map { $0.name + ".txt" }.sorted())
}
