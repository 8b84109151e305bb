// The toolkit's side of the fits from moments; `fits.py` calls it. A package apart, so that nobody who uses the libraries builds it.
import Foundation
import MatDeriv

let usage = """
  usage: Fits answer DIRECTORY GRADIENT     write mean and covariance beside the moments
         Fits time DIRECTORY GRADIENT       time the search, alone and with derivation and compilation
         Fits library                              name the BLAS and LAPACK in use

  The search ends when the largest entry of the gradient is GRADIENT times that at the start.

  """

func main(_ arguments: [String]) throws -> Int32 {
  func search() throws -> GradientSearch {
    try GradientSearch(arguments[1], gradient: Double(arguments[2])!)
  }
  switch (arguments.first, arguments.count) {
  case ("answer", 3): try search().writeAnswer()
  case ("time", 3): print(String(decoding: try JSONEncoder().encode(search().time()), as: UTF8.self))
  case ("library", 1): print(LinearAlgebra.libraryDescription)
  default:
    FileHandle.standardError.write(Data(usage.utf8))
    return 64
  }
  return 0
}

exit(try main(Array(CommandLine.arguments.dropFirst())))
