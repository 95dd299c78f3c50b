import Embodiment

/// Where a trainer's episodes come from: the door through which experience reaches a learner.
///
/// Today one robot's session log; a fleet's would give those of many robots. Asked on the thread that trains.
public protocol EpisodeSource: AnyObject {
    /// The next episode that is durable, or nil while there is none; never waits.
    ///
    /// Episodes come in the order they ended, each once, aborted ones too: nothing else is trained on.
    func nextEpisode() -> Episode?
}
