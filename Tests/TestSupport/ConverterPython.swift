import Foundation
import Platform
import Testing

/// The Python of the data sets' converters, with their packages (`launch/datasets/setup`).
enum ConverterPython {
    /// The interpreter; nil where its packages could not be installed.
    static let path: String? = {
        let environment = HoneProgram.root + "/.venv-datasets"
        let isThere = Files.exists(environment + "/.installed-packages")
        return isThere ? environment + "/bin/python" : nil
    }()

    /// Whether it can be used.
    static var isThere: Bool { path != nil }
}
