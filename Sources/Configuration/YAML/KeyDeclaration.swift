/// What a decoder says of a key as it reads it.
struct KeyDeclaration {
    /// The path of its block with a point after it: empty for the file, `axes[].`.
    var block: String
    /// Its name.
    var key: String
    /// What its value is: `number`, `list of texts`.
    var kind: String
    /// Which values may stand there; empty for any of the kind.
    var allowed: String
    /// What it is, for a person.
    var about: String
    /// Whether it must be in its block.
    var isRequired: Bool
    /// What holds where it is absent; nil for nothing.
    var absent: String?

    /// The unit that a key's name ends with; nil for one without.
    static func unit(of key: String) -> String? {
        let units = [
            ("_per_s3", "1/s³"), ("_per_s2", "1/s²"), ("_per_s", "1/s"), ("_rad_s3", "rad/s³"),
            ("_rad_s2", "rad/s²"), ("_rad_s", "rad/s"), ("_m_s3", "m/s³"), ("_m_s2", "m/s²"),
            ("_m_s", "m/s"), ("_rad", "rad"), ("_m", "m"), ("_hz", "Hz"), ("_ms", "ms"),
            ("_s", "s"), ("_minutes", "min"), ("_mib", "MiB"), ("_n", "N"),
        ]
        return units.first { key.hasSuffix($0.0) }?.1
    }
}
