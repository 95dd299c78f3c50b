import Embodiment

extension LogEncoding {
    static func message(_ label: EpisodeLabel) -> Hone_EpisodeLabel {
        var message = Hone_EpisodeLabel()
        message.episode = label.episode
        message.reason = label.reason
        switch label.outcome {
        case .none: break
        case .asRecorded: message.outcomeAsRecorded = true
        case .to(.success): message.outcome = .success
        case .to(.failure): message.outcome = .failure
        case .to(.aborted): message.outcome = .aborted
        }
        switch label.steps {
        case .none: break
        case .asRecorded: message.stepsAsRecorded = true
        case .to(let kept):
            message.firstStep = UInt32(kept.lowerBound)
            message.endStep = UInt32(kept.upperBound)
        }
        return message
    }

    static func record(_ message: Hone_EpisodeLabel) -> LogRecord? {
        var label = EpisodeLabel(episode: message.episode, reason: message.reason)
        switch message.outcome {
        case .running: if message.outcomeAsRecorded { label.outcome = .asRecorded }
        case .success: label.outcome = .to(.success)
        case .failure: label.outcome = .to(.failure)
        case .aborted: label.outcome = .to(.aborted)
        case .UNRECOGNIZED: return nil
        }
        if message.endStep > 0 {
            guard message.firstStep < message.endStep else { return nil }
            label.steps = .to(Int(message.firstStep)..<Int(message.endStep))
        } else if message.stepsAsRecorded {
            label.steps = .asRecorded
        }
        return .label(label)
    }
}
