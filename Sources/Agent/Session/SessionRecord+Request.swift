import Configuration
import Control
import Embodiment
import Foundation
import Models
import Neural
import Platform
import Recipe

extension SessionRecord {
    /// The kernels of this process, as a session with these settings uses them.
    static func presentKernels(for settings: AlgorithmSettings) -> String {
        BLAS.coreName + (BLAS.hasOwnKernel ? " and Hone's" : "")
            + (settings.policy.samplesInHalf ? ", sampling in half precision" : "")
    }

    /// A session whose episodes no robot lived here: recorded data that is imported.
    public init(importing launch: Launch) {
        self.init(hone: Version.text, launch: launch)
        limitsHash = CompiledLimits(launch.robot).hashText
        kernels = Self.presentKernels(for: launch.algorithm)
    }

    /// A session that a request begins.
    init(request: SessionRequest, launch: Launch, project: Project) {
        self.init(importing: launch)
        command = request.command
        self.project = URL(fileURLWithPath: project.root).standardizedFileURL.path
        data = request.offlineData(of: launch).map(Self.absolute)
        weights = request.weights.map(Self.absolute)
        guided = request.isGuided
    }

    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }

    /// The same request once more, to go on as a person asks for it now.
    func request(resuming asked: ResumeRequest) -> SessionRequest {
        var request = SessionRequest(
            launch: launchPath, overrides: overrides, directory: asked.directory,
            json: asked.json, quiet: asked.quiet)
        request.isHeld = asked.isHeld
        request.isAttended = asked.isAttended
        request.data = data ?? []
        request.weights = weights
        request.isGuided = guided ?? true
        request.command = command
        request.isResume = true
        return request
    }
}
