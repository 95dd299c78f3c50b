// swift-tools-version: 6.3
import PackageDescription

// The instruction set that Swift and C code is generated for. Hone is built on the machine it runs
// on, so the machine's own; HONE_MARCH=x86-64-v3 (say) builds for another.
#if arch(x86_64)
    let architecture = "-march=\(Context.environment["HONE_MARCH"] ?? "native")"
#else
    let architecture = "-mcpu=\(Context.environment["HONE_MARCH"] ?? "native")"
#endif

let house: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // Values of the path are as large as the largest robot: a parameter of one is read where it lies. Without this a
    // parameter may be copied whole for every number of it that is read.
    .enableExperimentalFeature("AddressableParameters"),
]
/// Modules with inner loops are optimised in debug builds too: a debug vector loop is some 260 times slower.
let numeric: [SwiftSetting] =
    house + [
        .unsafeFlags(["-Xcc", architecture]),
        .unsafeFlags(
            ["-O", "-whole-module-optimization", "-num-threads", "2", "-disable-batch-mode"],
            .when(configuration: .debug)),
    ]

let parser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")

let package = Package(
    name: "hone",
    products: [
        .executable(name: "hone", targets: ["hone"]),
        .executable(name: "hone-bench", targets: ["hone-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    ],
    targets: [
        // C, each imported by exactly one Swift module.
        .target(name: "CPlatform", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CAllocations"),
        .target(name: "CFaults"),
        .target(name: "CFuzzer"),
        .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
        .target(name: "CKernels"),
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

        // The path, in reading order.
        .target(name: "Platform", dependencies: ["CPlatform"], swiftSettings: numeric),
        .target(name: "Embodiment", swiftSettings: numeric),
        .target(name: "Recipe", swiftSettings: house),
        .target(
            name: "Configuration", dependencies: ["Platform", "Embodiment", "Recipe", "CYAML"],
            swiftSettings: house),
        .target(
            name: "Bridge", dependencies: ["Platform", "Embodiment", "CZeroMQ"],
            exclude: ["WireFormat.md"],
            swiftSettings: house),
        .target(name: "Neural", dependencies: ["CKernels", "COpenBLAS"], swiftSettings: numeric),
        .target(
            name: "Models", dependencies: ["Embodiment", "Recipe", "Neural"],
            exclude: ["WeightLayout.md"],
            swiftSettings: numeric),
        .target(
            name: "Control", dependencies: ["Platform", "Embodiment"],
            exclude: ["Faults.md", "Safety.md"], swiftSettings: numeric),
        .target(
            name: "Experience", dependencies: ["Platform", "Embodiment", protobuf],
            exclude: [
                "Durability.md", "Schemas/README.md", "Schemas/generate", "Schemas/hone",
                "Schemas/foxglove",
            ], swiftSettings: house),
        .target(
            name: "Learning",
            dependencies: ["Platform", "Embodiment", "Recipe", "Models", "Neural", "Experience"],
            exclude: ["Algorithm.md"], swiftSettings: numeric),
        .target(
            name: "Driving",
            dependencies: ["Platform", "Embodiment", "Bridge", "Models", "Control"],
            swiftSettings: house),
        .target(
            name: "Report", dependencies: ["Platform", "Embodiment"], swiftSettings: house),
        .target(
            name: "Simulation", dependencies: ["Platform", "Embodiment", "Bridge"],
            swiftSettings: numeric),
        .target(
            name: "Datasets",
            dependencies: [
                "Platform", "Embodiment", "Recipe", "Configuration", "Neural", "Experience",
                "Report",
            ], swiftSettings: house),
        .target(
            name: "Trials",
            dependencies: [
                "Platform", "Embodiment", "Configuration", "Bridge", "Neural", "Control",
                "Experience", "Learning", "Driving", "Simulation", "Report", "CFaults",
            ], swiftSettings: house),
        .target(
            name: "Agent",
            dependencies: [
                "Platform", "Embodiment", "Recipe", "Configuration", "Bridge", "Neural", "Models",
                "Control", "Experience", "Learning", "Driving", "Report",
            ], swiftSettings: house),
        .executableTarget(
            name: "hone",
            dependencies: ["Agent", "Trials", "Datasets", "Configuration", "Platform", parser],
            swiftSettings: house),
        .executableTarget(
            name: "hone-bench",
            dependencies: [
                "Agent", "Bridge", "Configuration", "Control", "Datasets", "Driving", "Embodiment",
                "Experience", "Learning", "Models", "Neural", "Platform", "Report", "Recipe",
                "CAllocations", "CFuzzer",
                parser,
            ], swiftSettings: house),

        .testTarget(name: "PlatformTests", dependencies: ["Platform"], swiftSettings: house),
        .testTarget(name: "EmbodimentTests", dependencies: ["Embodiment"], swiftSettings: house),
        .testTarget(name: "RecipeTests", dependencies: ["Recipe"], swiftSettings: house),
        .testTarget(
            name: "ConfigurationTests", dependencies: ["Configuration", "Embodiment", "Recipe"],
            swiftSettings: house),
        .testTarget(
            name: "BridgeTests", dependencies: ["Bridge", "Platform", "Embodiment"],
            swiftSettings: house),
        .testTarget(name: "NeuralTests", dependencies: ["Neural"], swiftSettings: numeric),
        .testTarget(
            name: "ModelsTests", dependencies: ["Models", "Neural", "Embodiment", "Recipe"],
            swiftSettings: numeric),
        .testTarget(
            name: "ControlTests",
            dependencies: ["Control", "Platform", "Embodiment", "CAllocations"],
            swiftSettings: numeric),
        .testTarget(
            name: "ExperienceTests",
            dependencies: ["Experience", "Platform", "Embodiment", protobuf],
            swiftSettings: house),
        .testTarget(
            name: "LearningTests",
            dependencies: [
                "Learning", "Models", "Neural", "Experience", "Platform", "Embodiment", "Recipe",
                "CAllocations", "TestSupport",
            ],
            swiftSettings: numeric),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Simulation", "Bridge", "Platform", "Embodiment"],
            swiftSettings: numeric),
        .testTarget(
            name: "ReportTests", dependencies: ["Report", "Platform", "Embodiment", "TestSupport"],
            swiftSettings: house),
        // "hone": its sessions are run as processes.
        .testTarget(
            name: "TestSupport",
            dependencies: [
                "Platform", "Embodiment", "Configuration", "Bridge", "Neural", "Models",
                "Control", "Driving", "Experience", "Learning", "Simulation", "Report", "Trials",
                "hone", "hone-bench",
            ],
            swiftSettings: house),
        .testTarget(
            name: "DrivingTests",
            dependencies: [
                "Driving", "Platform", "Embodiment", "Configuration", "Bridge", "Neural", "Models",
                "Control", "Experience", "Simulation", "Report", "TestSupport",
            ],
            swiftSettings: house),
        .testTarget(
            name: "DatasetsTests",
            dependencies: [
                "Datasets", "Platform", "Embodiment", "Configuration", "Experience", "Report",
                "TestSupport",
            ],
            swiftSettings: house),
        .testTarget(
            name: "TrialsTests",
            dependencies: [
                "Trials", "Platform", "Embodiment", "Configuration", "Bridge", "Driving",
                "Simulation", "Report", "TestSupport",
            ],
            swiftSettings: house),
        .testTarget(
            name: "AgentTests",
            dependencies: [
                "Agent", "Bridge", "Configuration", "Control", "Driving", "Embodiment",
                "Experience", "Learning", "Models", "Neural", "Platform", "Recipe", "Report",
                "Simulation", "TestSupport", "CAllocations", "hone",
            ],
            swiftSettings: house),
        .testTarget(
            name: "HoneBenchTests",
            dependencies: [
                "Configuration", "Report", "Neural", "Platform", "TestSupport", "hone-bench",
            ],
            swiftSettings: house),
        .testTarget(name: "HouseTests", swiftSettings: house),
    ],
    swiftLanguageModes: [.v6]
)

// launch/test builds with a sanitizer or in release no more than the tests that it runs there.
if let wanted = Context.environment["HONE_TEST_TARGETS"]?.split(separator: " ").map(String.init) {
    let kept = wanted + ["TestSupport"]
    package.targets.removeAll { $0.type == .test && !kept.contains($0.name) }
}
