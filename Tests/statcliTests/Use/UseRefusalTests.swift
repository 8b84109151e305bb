// What the verbs over saved fits refuse, each with its status and a way out; and what is left behind where they fail.
import Foundation
import Testing

@testable import statcli

private let setup =
  "statcli gauss iris.csv -q --save m.fit > /dev/null; statcli gauss iris.csv --by Species -q --save g.fit > /dev/null; "

private let four = "Sepal.Length,Sepal.Width,Petal.Length,Petal.Width"
private let made = "statcli gauss moments iris.csv -q -o i.gauss; statcli gauss"

@Test(arguments: [
  ("statcli gauss score nothing.fit iris.csv", 66, "cannot open it"),
  ("statcli gauss score m.fit nothing.csv", 66, "no such file"),
  ("head -c 300 m.fit > cut.fit; statcli gauss score cut.fit iris.csv", 65, "not a .fit file: line "),
  ("sed s,fit/1,fit/9, m.fit > new.fit; statcli gauss score new.fit iris.csv", 65, "this version reads"),
  ("\(made) score i.gauss iris.csv", 65, "gauss fit i.gauss --save"),
  ("statcli gauss score iris.csv iris.csv", 65, "hint: statcli gauss iris.csv --save model.fit"),
  ("statcli gauss score m.fit m.fit", 65, "is a fitted distribution and holds no data"),
  ("statcli gauss score m.fit faithful.csv", 65, "there is no column \"Sepal.Length\" of the model"),
  (
    "sed 1s/Sepal.Length/Sepal.Lenght/ iris.csv > t.csv; statcli gauss score m.fit t.csv", 65,
    "did you mean \"Sepal.Lenght\"?"
  ),
  (
    "printf '\(four)\\n1,2,a,4\\n2,3,b,4\\n' > t.csv; statcli gauss score m.fit t.csv", 65,
    "column \"Petal.Length\" is text"
  ),
  ("sed 90s/,/,oops/ iris.csv > t.csv; statcli gauss score m.fit t.csv", 65, "t.csv:90:2"),
  ("printf '' | statcli gauss score m.fit -", 65, "error: "),
  ("statcli gauss score - - < m.fit", 64, "standard input can be read only once"),
  ("statcli gauss score m.fit iris.csv > /dev/full", 74, "cannot write it"),
  ("statcli gauss score m.fit iris.csv -o no/such/place.csv", 73, "cannot create it"),
  ("statcli gauss score m.fit iris.csv -o iris.csv -f", 73, "is also an input"),
  ("statcli gauss score m.fit iris.csv -o m.fit -f", 73, "is also an input"),
  ("statcli gauss score m.fit iris.csv --by Species", 64, "--by needs a model of groups"),
  ("cut -d, -f1-4 iris.csv > p.csv; statcli gauss score g.fit p.csv", 65, "statcli gauss classify g.fit p.csv"),
  ("statcli gauss sample m.fit -n many", 64, "many"),
  ("statcli gauss sample m.fit --json", 64, "csv, tsv or jsonl"),
  ("statcli gauss sample m.fit > /dev/full", 74, "cannot write it"),
  ("statcli gauss condition m.fit", 64, "--given is missing"),
  ("statcli gauss condition m.fit --given Petal.Length", 64, "joined by ="),
  ("statcli gauss condition m.fit --given Petal.Length=long", 64, "\"long\" is not a number"),
  ("statcli gauss condition m.fit --given Petal.Lenght=1", 65, "did you mean \"Petal.Length\"?"),
  ("statcli gauss condition m.fit --given Petal.Width=1 --given 4=2", 64, "is given twice"),
  ("statcli gauss condition m.fit --given 1=1 --given 2=1 --given 3=1 --given 4=1", 64, "none is left"),
  ("statcli gauss condition m.fit --given 1=1 --save m.fit -f", 73, "is also an input"),
  ("statcli gauss marginal m.fit", 64, "--columns is missing"),
  ("statcli gauss marginal m.fit --columns other", 65, "there is no column"),
  ("statcli gauss classify m.fit iris.csv", 65, "the model has no groups"),
  ("statcli gauss classify g.fit iris.csv --priors even", 64, "even"),
  ("statcli gauss impute - < airquality.csv", 64, "--model model.fit"),
  ("statcli gauss impute airquality.csv --seed 3", 64, "--seed needs --draw"),
  ("statcli gauss impute airquality.csv --ragged pad", 64, "no cells to fill in"),
  ("printf 'x,y\\n1,2\\n3\\n4,5\\n' > r.csv; statcli gauss impute r.csv", 65, "record of 1 field"),
  ("printf 'x,y\\n1,\\n,2\\n3,\\n,5\\n' > r.csv; statcli gauss impute r.csv", 1, "do not determine"),
  ("statcli gauss impute airquality.csv -o airquality.csv -f", 73, "is also an input"),
  ("statcli gauss impute airquality.csv > /dev/full", 74, "cannot write it"),
  ("statcli gauss merge iris.csv m.fit", 65, "not a moments file"),
  ("statcli gauss merge one.gauss", 64, "at least two"),
  ("\(made) moments faithful.csv -q -o f.gauss; statcli gauss merge i.gauss f.gauss", 65, "different columns"),
  ("\(made) subtract i.gauss i.gauss", 65, "no row is left"),
  (
    "\(made) moments i.gauss i.gauss -q -o t.gauss; statcli gauss subtract i.gauss t.gauss", 65,
    "cannot be taken from"
  ),
  ("statcli gauss cv iris.csv --folds 1", 64, "from 2 to 1000"),
  ("statcli gauss cv iris.csv --covariance tied", 64, "cv has none"),
  ("statcli gauss cv iris.csv --covariance ful", 64, "--covariance full"),
  ("statcli gauss cv iris.csv --covariance diag --covariance diag", 64, "stands twice"),
  ("\(made) cv i.gauss", 64, "no rows to be dealt"),
  ("head -4 iris.csv > few.csv; statcli gauss cv few.csv --folds 5", 65, "no row is dealt to fold"),
])
func refusals(line: String, status: Int32, text: String) throws {
  let run = try Scratch().shell(setup + line)
  #expect(run.status == status, "\(line): \(run.errors)")
  #expect(run.errors.contains(text), "\(line): \(run.errors)")
  #expect(run.errors.contains("statcli: ") && run.errors.contains("error: "))
  #expect(!run.errors.contains("internal error"))
}

@Test func failedStreamsLeaveNoFile() throws {
  let scratch = try Scratch()
  let run = try scratch.shell(
    setup
      + "sed 90s/,/,oops/ iris.csv > t.csv; statcli gauss score m.fit t.csv -o s.csv; statcli gauss impute t.csv --model m.fit -o i.csv"
  )
  #expect(run.status == 65)
  #expect(!scratch.files.contains { $0.hasPrefix("s.csv") || $0.hasPrefix("i.csv") })
}

/// Warnings of streams are told on standard error, can be silenced, and can be errors.
@Test func warningsOfStreams() throws {
  let scratch = try Scratch()
  let line = "statcli gauss airquality.csv -q --save m.fit -f > /dev/null; statcli gauss score m.fit airquality.csv"
  #expect(try scratch.shell(line).errors.contains("W014"))
  #expect(try scratch.shell(line + " --silence W014").errors.isEmpty)
  #expect(try scratch.shell(line + " --warn-as-error > /dev/null").status == 65)
}
