import Foundation
import Platform
import Testing

@testable import Driving
@testable import TestSupport

@Suite("SleepLock")
struct SleepLockTests {
    /// A program in the place of systemd's.
    private func program(_ words: String, in scratch: Scratch) throws -> String {
        let path = scratch.path("systemd-inhibit")
        try "#!/bin/sh\n\(words)\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(chmod(path, 0o755) == 0)
        return path
    }

    private func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    @Test("holds sleep, idling and the lid as long as it lives, by a program that goes with it")
    func held() throws {
        let scratch = try Scratch()
        let said = scratch.path("said")
        // Its number, once it has what it was given; then what it is to run, as systemd's does.
        let path = try program(
            "printf '%s\\n' \"$@\" > \(said).part; echo $$ >> \(said).part; "
                + "mv \(said).part \(said)\nshift 4; \"$@\"",
            in: scratch)
        let lock = SleepLock(at: [scratch.path("none"), path])
        let clock = SystemClock()
        let deadline = clock.now + .seconds(10)
        while text(said).isEmpty, clock.now < deadline { clock.sleep(for: .milliseconds(2)) }
        let words = text(said).split(separator: "\n").map(String.init)
        #expect(
            words.dropLast() == [
                "--what=sleep:idle:handle-lid-switch", "--mode=block", "--who=hone",
                "--why=a robot is connected", "sleep", "2147483647",
            ])
        let process = try #require(words.last.flatMap { Int32($0) })
        #expect(kill(process, 0) == 0 && lock.refusal == nil)
        lock.release()
        #expect(kill(process, 0) != 0 && errno == ESRCH)
        lock.release()
        #expect(lock.refusal != nil)
    }

    @Test("says why nothing keeps the machine awake: no such program, or one that logind refuses")
    func refused() throws {
        let scratch = try Scratch()
        let none = try #require(SleepLock(at: [scratch.path("none")]).refusal)
        #expect(none.contains("no systemd-inhibit"), "\(none)")
        let lock = SleepLock(at: [try program("exit 1", in: scratch)])
        let words = try #require(lock.settledRefusal())
        #expect(words.contains("ended with 1"), "\(words)")
    }
}
