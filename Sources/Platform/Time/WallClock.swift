internal import CPlatform

/// The time of day, which a person or a time server may set at any moment: for notes to people alone.
///
/// Whatever is waited for, measured or decided goes by a `Clock`.
public enum WallClock {
    /// Nanoseconds since the beginning of 1970; a system call, no allocation, any thread.
    public static var nanoseconds: UInt64 { hone_wall_clock() }
}
