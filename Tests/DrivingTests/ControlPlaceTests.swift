import Configuration
import Foundation
import Glibc
import Platform
import Testing

@testable import Driving
@testable import TestSupport

@Suite("The place of the control socket")
struct ControlPlaceTests {
    @Test(
        "It is in the session directory, and a socket elsewhere is found by what the directory says"
    )
    func usual() throws {
        let scratch = try Scratch()
        let found = try ControlPlace.listen(in: scratch.folder)
        #expect(found.note == nil)
        #expect(found.listener.path == scratch.path("control"))
        #expect(ControlPlace.path(in: scratch.folder) == scratch.path("control"))
    }

    @Test(
        "Where the directory has no room for a socket it is elsewhere, for this user alone, and is found"
    )
    func elsewhere() throws {
        let scratch = try Scratch()
        // What stands in the way stays, as a file system without sockets would.
        try "mine".write(toFile: scratch.path("control"), atomically: true, encoding: .utf8)
        var place = ""
        do {
            let found = try ControlPlace.listen(in: scratch.folder)
            place = found.listener.path
            #expect(!place.hasPrefix(scratch.folder))
            #expect(found.note?.contains(place) == true)
            #expect(try scratch.text("control") == "mine")
            try Files.remove(scratch.path("control"))
            #expect(ControlPlace.path(in: scratch.folder) == place)
            let client = try LocalSocket.connect(ControlPlace.path(in: scratch.folder))
            try client.send([1])
            let server = try #require(try found.listener.accept(timeout: .seconds(5)))
            #expect(try server.receive(timeout: .seconds(5)) == [1])
            let mode = try FileManager.default.attributesOfItem(atPath: place)[.posixPermissions]
            #expect(mode as? Int == 0o600)
            ControlPlace.leave(scratch.folder)
        }
        #expect(!Files.exists(place))
        #expect(!Files.exists(scratch.path("control.path")))
    }

    @Test("Where no socket can be made at all a session is told so and goes on")
    func nowhere() throws {
        let bench = try RobotBench(.lockstep)
        let server = try OperatorServer(
            in: "/proc/self/nothing", desk: bench.desk, robot: bench.description)
        // In the folder there can be none; elsewhere there can, but nobody could be told of it.
        #expect(server.note?.contains("no control socket") == true)
        server.finish()
        bench.leave(after: nil)
    }
}
