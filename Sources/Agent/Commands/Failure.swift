import Bridge
import Configuration
import Control
import Experience
import Foundation
import Platform

/// How the program ends when something failed: a sentence on standard error, a code from sysexits.
public enum Failure {
    /// Ends the process; `fallback` handles what is not ours (usage, help).
    public static func exit(with error: any Error, fallback: () -> Never) -> Never {
        guard let code = code(of: error) else { fallback() }
        let terminal = Terminal.standardError()
        Terminal.writeToStandardError(
            terminal.red("hone: ") + "\(error)\n")
        if error is LearnerHangs { LearnerHangs.leave() }
        Foundation.exit(code)
    }

    /// 64 usage, 65 data, 66 no input, 69 unavailable, 70 software, 73 cannot create, 74 disk,
    /// 75 a learner that hangs, 76 protocol, 77 permission, 78 configuration, 130 interrupted; nil for errors that are not Hone's.
    public static func code(of error: any Error) -> Int32? {
        switch error {
        case is ConfigurationErrors: return ConfigurationErrors.exitCode
        case let error as any HasExitCode: return error.exitCode
        case let error as SessionError: return error.exitCode
        case let error as RobotError: return error.exitCode
        case is LearnerHangs: return LearnerHangs.exitCode
        case is ReportError: return 73
        case is FaultsFound: return FaultsFound.exitCode
        case is DutiesNotFulfilled: return DutiesNotFulfilled.exitCode
        case let error as LogError: return error.exitCode
        case let error as BridgeError: return error.exitCode
        case let error as KeyError: return error.exitCode
        default:
            let name = String(reflecting: type(of: error))
            if name.hasPrefix("ArgumentParser.") { return nil }
            return 70
        }
    }
}

extension SessionError {
    /// The sysexits code.
    var exitCode: Int32 {
        switch self {
        case .badArgument: 64
        case .noWeights, .noDemonstrations, .wrongWeights, .nothingToActWith, .wrongData, .damaged,
            .notASession, .otherRobot, .notVerified, .finished, .notResumable, .resumeRefused:
            65
        case .unreadable: 66
        case .converter, .notRunning, .refused, .notOnTime: 69
        case .occupied: 73
        case .needsSimulator: 78
        }
    }
}

extension LogError {
    /// The sysexits code.
    var exitCode: Int32 {
        switch self {
        case .cannotRead: 66
        case .cannotStart, .closed: 70
        case .cannotCreate: 73
        case .cannotWrite: 74
        }
    }
}

extension BridgeError {
    /// The sysexits code.
    var exitCode: Int32 {
        switch self {
        case .admitsAnybody: 76
        case .keyRefused: 77
        default: 69
        }
    }
}

extension KeyError {
    /// The sysexits code.
    var exitCode: Int32 {
        switch self {
        case .notAKey, .notAnEntry, .nobodyAllowed: 65
        case .file: 66
        case .notAvailable: 69
        case .exists, .isAllowed: 73
        case .readableByOthers, .writableByOthers: 77
        }
    }
}

extension RobotError {
    /// The sysexits code.
    var exitCode: Int32 {
        switch self {
        case .bridge(let error): error.exitCode
        case .silent, .mismatch: 69
        // In real time the guardian is the first to see that no samples come any more.
        case .stopped(let verdict, _) where verdict.cause == .observationStale: 69
        case .stopped, .held, .homing, .platform: 70
        case .recording: 74
        case .interrupted: 130
        }
    }
}
