// swift-tools-version: 6.1
import PackageDescription

// Built by `make fuzz` with -sanitize=fuzzer, which brings the main function.
let package = Package(
  name: "LanguageFuzz",
  dependencies: [.package(name: "StatKit", path: "../..")],
  targets: [
    .executableTarget(name: "LanguageFuzz", dependencies: [.product(name: "MatDeriv", package: "StatKit")])
  ],
  swiftLanguageModes: [.v6]
)
