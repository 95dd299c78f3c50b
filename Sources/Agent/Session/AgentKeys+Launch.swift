import Bridge
import Configuration

extension AgentKeys {
    /// The keys that a launch file names; reads the secret one.
    ///
    /// - Throws: `KeyError` when the file is not there, holds no key, or is not its owner's alone.
    init(_ settings: CurveSettings, in project: Project) throws(KeyError) {
        let file = settings.secretKeyFile
        let path = file.hasPrefix("/") ? file : project.root + "/" + file
        self.init(own: try KeyPair.read(secretFile: path), bridge: settings.bridgeKey)
    }
}
