// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Consumer",
  dependencies: [
    .package(name: "StatKit", path: "../..")
  ],
  targets: [
    .executableTarget(
      name: "Consumer",
      dependencies: [
        .product(name: "MatDeriv", package: "StatKit"),
        .product(name: "GaussFit", package: "StatKit"),
      ])
  ]
)
