// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "InMemory",
  dependencies: [.package(name: "StatKit", path: "../..")],
  targets: [
    .executableTarget(
      name: "InMemory",
      dependencies: [
        .product(name: "MatDeriv", package: "StatKit"),
        .product(name: "GaussFit", package: "StatKit"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
