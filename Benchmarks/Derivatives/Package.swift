// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Derivatives",
  dependencies: [.package(name: "StatKit", path: "../..")],
  targets: [
    // Bare products to compare with; the toolkit's own module map is not a product.
    .systemLibrary(name: "CBLAS"),
    .executableTarget(name: "Derivatives", dependencies: ["CBLAS", .product(name: "MatDeriv", package: "StatKit")]),
  ],
  swiftLanguageModes: [.v6]
)
