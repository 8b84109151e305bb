// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Digits",
  dependencies: [.package(name: "StatKit", path: "../..")],
  targets: [
    .executableTarget(name: "Digits", dependencies: [.product(name: "MLP", package: "StatKit")])
  ]
)
