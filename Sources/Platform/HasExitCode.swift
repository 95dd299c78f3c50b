/// An error that ends the program with a code of its own, from sysexits.
///
/// 64 usage, 65 data, 66 no input, 69 unavailable, 70 software, 73 cannot create, 74 disk, 76 protocol,
/// 77 permission, 78 configuration; 130 interrupted, as a shell tells it.
public protocol HasExitCode: Error {
    /// The code.
    var exitCode: Int32 { get }
}
