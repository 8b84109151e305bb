// The toolkit's side of the comparison of derivatives; `derivatives.py` calls it. A package apart, so that nobody who uses the
// libraries builds it.
import Foundation
import MatDeriv

let usage = """
  usage: Derivatives answer CASE gradient|hessian     write the answer beside the inputs
         Derivatives time CASE gradient|hessian       time it
         Derivatives plan CASE gradient|hessian       show the schedule
         Derivatives repeat CASE gradient|hessian SECONDS     run it over and over, for a profiler
         Derivatives products CASE                    a network in Float beside the products it consists of
         Derivatives identities FILE                  time the derivation of every entry of a table
         Derivatives newton                           a Newton step of 100,000 parameters, with its memory
         Derivatives functions                        elementwise functions beside libm's
         Derivatives library                          name the BLAS and LAPACK in use

  """

func write<Value: Encodable>(_ value: Value) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

func main(_ arguments: [String]) throws -> Int32 {
  let question = arguments.count > 2 ? Question(rawValue: arguments[2]) : nil
  switch (arguments.first, arguments.count) {
  case ("answer", 3): try Case(arguments[1]).writeAnswer(to: question!)
  case ("time", 3): try write(Case(arguments[1]).time(question!))
  case ("plan", 3): print(try Case(arguments[1]).compile(question!).plan)
  case ("repeat", 4): try Case(arguments[1]).repeatRuns(question!, seconds: Double(arguments[3])!)
  case ("products", 2): try write(besideProducts(Case(arguments[1])))
  case ("identities", 2): try write(timeIdentities(arguments[1]))
  case ("newton", 1): try write(newtonStep())
  case ("functions", 1): try write(timeFunctions())
  case ("library", 1): print(LinearAlgebra.libraryDescription)
  default:
    FileHandle.standardError.write(Data(usage.utf8))
    return 64
  }
  return 0
}

exit(try main(Array(CommandLine.arguments.dropFirst())))
