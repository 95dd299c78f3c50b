import Foundation

/// Sessions that are compared: arms of one launch, each with the same seeds.
///
/// A pure value, checked: every arm's settings are a launch. Made by `Grid.read`.
public struct Grid: Sendable, Equatable {
    /// One way to set the launch.
    public struct Arm: Sendable, Equatable {
        /// Its name, also of its files.
        public var name: String
        /// `--set` arguments in order, those of all arms first.
        public var settings: [String]
        /// What it comes to; its hash names it.
        public var table: SettingTable
    }

    /// The file's name without its ending.
    public var name: String
    /// What it is for, one line.
    public var summary: String
    /// The launch, as `LaunchFile.read` takes it.
    public var launch: String
    /// Whether the robot is the embedded simulator: `hone demo`, else `hone finetune`.
    public var isEmbedded: Bool
    /// The first one is what the others are compared with.
    public var arms: [Arm]
    /// Of each arm.
    public var seeds: [UInt64]
    /// Folder of the results, relative to the project.
    public var results: String

    /// What its `schema` line says.
    static let schema = "grid/1"

    /// Reads `launch/grid/NAME.yaml`, or reports every mistake in it and in its arms' settings at once.
    ///
    /// - Parameter nameOrPath: a name in the project's `launch/grid/`, or a path when it has a slash or ends in `.yaml`.
    public static func read(
        _ nameOrPath: String, in project: Project
    ) throws(ConfigurationErrors) -> Grid {
        let isPath = nameOrPath.contains("/") || nameOrPath.hasSuffix(".yaml")
        let path = isPath ? nameOrPath : "\(project.root)/launch/grid/\(nameOrPath).yaml"
        let reading = Reading(project: project)
        var grid: Grid?
        if let found = reading.find(path, in: .launch, mark: nil), let root = reading.parse(found) {
            grid = GridDecoder(project: project, diagnostics: reading.diagnostics)
                .decode(Block(root: root, diagnostics: reading.diagnostics), found)
        }
        try reading.diagnostics.check()
        guard let grid else { throw ConfigurationErrors(errors: reading.diagnostics.errors) }
        return grid
    }
}
