// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Networks",
  dependencies: [.package(name: "StatKit", path: "../..")],
  targets: [
    .executableTarget(
      name: "Networks",
      dependencies: [.product(name: "MLP", package: "StatKit"), .product(name: "MatDeriv", package: "StatKit")])
  ],
  swiftLanguageModes: [.v6]
)
