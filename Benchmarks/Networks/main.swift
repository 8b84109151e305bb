// The toolkit's side of the comparison of networks; `mlp.py` calls it. A package apart, so that nobody who uses the libraries builds it.
import Foundation
import MatDeriv

let usage = """
  usage: Networks epochs SAMPLES CLASSES SIZE,SIZE,... THREADS BATCH...     time epochs, for each batch
         Networks library                                                 name the BLAS and LAPACK in use

  SAMPLES are floats, one sample after the other; CLASSES are 32-bit numbers from 0.

  """

func main(_ arguments: [String]) throws -> Int32 {
  switch (arguments.first, arguments.count) {
  case ("epochs", 6...):
    let epochs = try Epochs(
      samples: arguments[1], classes: arguments[2], sizes: arguments[3].split(separator: ",").map { Int($0)! },
      threads: Int(arguments[4])!)
    let found = try arguments.dropFirst(5).map { try epochs.time(batch: Int($0)!) }
    print(String(decoding: try JSONEncoder().encode(found), as: UTF8.self))
  case ("library", 1): print(LinearAlgebra.libraryDescription)
  default:
    FileHandle.standardError.write(Data(usage.utf8))
    return 64
  }
  return 0
}

exit(try main(Array(CommandLine.arguments.dropFirst())))
