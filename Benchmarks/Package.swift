// swift-tools-version: 6.1
import PackageDescription

func program(_ name: String, _ libraries: [String], _ others: [Target.Dependency] = []) -> Target {
  .executableTarget(
    name: name, dependencies: libraries.map { .product(name: $0, package: "StatKit") } + others, path: name)
}

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "StatKit", path: "..")],
  targets: [
    // Bare products to compare with; the toolkit's own module map is not a product.
    .systemLibrary(name: "CBLAS", path: "CBLAS"),
    program("InMemory", ["MatDeriv", "GaussFit"]),
    program("Derivatives", ["MatDeriv"], ["CBLAS"]),
    program("Fits", ["GaussFit", "MatDeriv"]),
    program("Networks", ["MLP", "MatDeriv"]),
    // A sample, built here so that the libraries are built once.
    program("Digits", ["MLP"]),
  ],
  swiftLanguageModes: [.v6]
)
