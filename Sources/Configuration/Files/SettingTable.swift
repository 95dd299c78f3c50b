import Embodiment
import Platform

/// A launch as keys and values, every default written out: what is laid beside another launch to see how they differ.
///
/// The keys are those of `--set`; the robot's and the calibration's files stand in it with a checksum. A plain value.
public struct SettingTable: Sendable, Equatable {
    /// One key in which two launches differ; nil where one of them does not have it.
    public struct Difference: Sendable, Equatable, CustomStringConvertible {
        /// As `--set` takes it.
        public var key: String
        /// In the launch that it was asked of.
        public var here: String?
        /// In the other one.
        public var there: String?

        /// Such as `critic.discount=0.98`.
        public var description: String { "\(key)=\(here ?? "(not given)")" }
    }

    /// Values by key.
    public let values: [String: String]

    /// Of a launch that cannot be read.
    public static let none = SettingTable(values: [:])

    private init(values: [String: String]) { self.values = values }

    /// Keys that say nothing of how a session learns: which of several like it it is, and what it is done with.
    private static let others: Set<String> = [
        "seed", "summary", "session.directory", "session.workers", "session.memory_mib",
        "session.cores", "session.retain_versions", "session.retain_count", "bridge.endpoint",
        "bridge.connect_s", "bridge.reset_s", "bridge.silence_s",
    ]

    /// Reads a launch as `LaunchFile.read` does.
    ///
    /// - Throws: every mistake in it.
    public init(
        reading nameOrPath: String, in project: Project, overrides: [String] = []
    ) throws(ConfigurationErrors) {
        let launch = try LaunchFile.read(nameOrPath, in: project, overrides: overrides)
        var values: [String: String] = [:]
        for source in launch.sources.dropFirst() {
            values[source.path] = CRC32.checksum(Array(source.text.utf8)).hexadecimal
        }
        let reading = Reading(project: project)
        if let found = reading.find(nameOrPath, in: .launch, mark: nil),
            let root = reading.parse(found, overrides: overrides)
        {
            Self.add(root, at: "", to: &values)
            Self.addDefaults(of: root, to: &values)
        }
        self.values = values
    }

    /// What differs from another launch in what decides how a session learns, by key.
    public func differences(from other: SettingTable) -> [Difference] {
        Set(values.keys).union(other.values.keys).subtracting(Self.others).sorted()
            .compactMap { key in
                let (here, there) = (values[key], other.values[key])
                return here == there ? nil : Difference(key: key, here: here, there: there)
            }
    }

    /// A name of all that decides how a session learns, 64-bit FNV-1a, hexadecimal; of equal launches the same on every
    /// machine.
    public var hash: String {
        var fingerprint = Fingerprint()
        for (key, value) in values.sorted(by: { $0.key < $1.key })
        where !Self.others.contains(key) {
            fingerprint.add(key)
            fingerprint.add(value)
        }
        return fingerprint.value.hexadecimal
    }

    // MARK: Reading

    private static func add(_ node: YAMLNode, at path: String, to values: inout [String: String]) {
        switch node.content {
        case .mapping(let entries):
            for entry in entries {
                add(entry.value, at: path.isEmpty ? entry.key : "\(path).\(entry.key)", to: &values)
            }
        case .scalar, .sequence: values[path] = text(of: node)
        case .invalid: break
        }
    }

    /// A value as it is compared: numbers as numbers, so that `1e-3` is `0.001`.
    private static func text(of node: YAMLNode) -> String {
        switch node.content {
        case .scalar(let text, let isPlain): isPlain ? plain(text) : text
        case .sequence(let items): "[" + items.map(text).joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{" + entries.map { "\($0.key): \(text(of: $0.value))" }.joined(separator: ", ") + "}"
        case .invalid: ""
        }
    }

    private static func plain(_ text: String) -> String {
        guard case .number(let value) = NumberText.read(text) else { return text }
        return NumberRange.write(value)
    }

    /// What the decoder says of keys that are absent.
    private static func addDefaults(of root: YAMLNode, to values: inout [String: String]) {
        let survey = KeySurvey()
        // Nothing else is read from there: of the robot there is the file's checksum.
        let reading = Reading(
            project: Project(recorded: []), diagnostics: Diagnostics(survey: survey))
        _ = reading.diagnostics.addSource(path: "settings", text: "")
        _ = LaunchFile.decode(root, name: "settings", with: reading, overrides: [])
        for key in survey.declarations {
            guard let absent = key.absent, values[key.block + key.key] == nil else { continue }
            values[key.block + key.key] = plain(absent)
        }
    }
}
