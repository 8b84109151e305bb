// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Fits",
  dependencies: [.package(name: "StatKit", path: "../..")],
  targets: [
    .executableTarget(
      name: "Fits",
      dependencies: [.product(name: "GaussFit", package: "StatKit"), .product(name: "MatDeriv", package: "StatKit")])
  ],
  swiftLanguageModes: [.v6]
)
