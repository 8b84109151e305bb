// swift-tools-version: 6.1
import PackageDescription

let commit = Context.environment["STATCLI_COMMIT"]

let package = Package(
  name: "StatKit",
  products: [
    .library(name: "MatDeriv", targets: ["MatDeriv"]),
    .library(name: "GaussFit", targets: ["GaussFit"]),
    .library(name: "MLP", targets: ["MLP"]),
    .library(name: "Tabular", targets: ["Tabular"]),
    .executable(name: "statcli", targets: ["statcli"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
  ],
  targets: [
    // System libraries: module maps only.
    .systemLibrary(name: "CLinearAlgebra", providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    .systemLibrary(name: "CCompression", providers: [.apt(["zlib1g-dev", "libzstd-dev"])]),
    // Element loops with function multiversioning, decimal text, quantiles: C and C++ behind a C header.
    .target(name: "CKernels", exclude: ["polynomials.py"]),
    .target(
      name: "MatDeriv",
      dependencies: ["CLinearAlgebra", "CKernels", .product(name: "RealModule", package: "swift-numerics")]),
    .target(name: "JSONText"),
    .target(name: "RandomStreams"),
    .target(name: "Tabular", dependencies: ["CKernels", "CCompression"]),
    .target(
      name: "GaussFit",
      dependencies: ["MatDeriv", "Tabular", "RandomStreams", "CKernels", "CLinearAlgebra", "JSONText"]),
    .target(
      name: "MLP",
      dependencies: [
        "MatDeriv", "Tabular", "RandomStreams", "CKernels", "JSONText",
        .product(name: "RealModule", package: "swift-numerics"),
      ]),
    // What a build is told about itself: STATCLI_COMMIT=$(git rev-parse --short HEAD) swift build
    .target(name: "CBuildInfo", cSettings: commit.map { [.define("STATCLI_COMMIT", to: "\"\($0)\"")] } ?? []),
    .executableTarget(
      name: "statcli",
      dependencies: [
        "GaussFit", "MLP", "MatDeriv", "Tabular", "JSONText", "CBuildInfo",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(name: "CKernelsTests", dependencies: ["CKernels"], resources: [.copy("Fixtures")]),
    // Counts the allocations of a thread; linked into the tests alone.
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    .testTarget(
      name: "MatDerivTests", dependencies: ["MatDeriv", "JSONText", "CAllocations"], resources: [.copy("Fixtures")]),
    .testTarget(name: "JSONTextTests", dependencies: ["JSONText"]),
    .testTarget(
      name: "TabularTests", dependencies: ["Tabular", "CKernels", "CCompression"], resources: [.copy("Fixtures")]),
    .testTarget(name: "GaussFitTests", dependencies: ["GaussFit", "RandomStreams"], resources: [.copy("Fixtures")]),
    .testTarget(name: "MLPTests", dependencies: ["MLP", "RandomStreams", "JSONText"], resources: [.copy("Fixtures")]),
    .testTarget(
      name: "statcliTests", dependencies: ["statcli", "MLP", "MatDeriv", "JSONText"], resources: [.copy("Fixtures")]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
