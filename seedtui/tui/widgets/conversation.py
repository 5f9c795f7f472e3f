"""What is said to the model: the messages of a chat, or the one prompt."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from seedtui.core.draft import Turn
from seedtui.core.request import Api
from seedtui.tui.widgets.box import Box
from seedtui.tui.widgets.message_editor import MessageEditor, PromptEditor


class Conversation(Box):
    """The messages' editors one above the other, or the prompt's; the other side is kept, unseen.

    What is not seen is mounted when it is first shown.
    """

    DEFAULT_CSS = """
    Conversation {
        height: auto;
    }
    """

    def __init__(self, turns: Sequence[Turn], prompt: str, api: Api) -> None:
        super().__init__()
        self._api = api
        self.messages = [MessageEditor(turn) for turn in turns or (Turn("user", ""),)]
        self.prompt = PromptEditor(prompt)

    def compose(self) -> ComposeResult:
        """Lay out the side that the API has."""
        yield from self._shown()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The messages as typed."""
        return tuple(message.turn for message in self.messages)

    def load(self, turns: Sequence[Turn], prompt: str) -> None:
        """Show another conversation."""
        turns = turns or (Turn("user", ""),)
        while len(self.messages) > len(turns):
            message = self.messages.pop()
            if message.is_attached:
                message.remove()
        for message, turn in zip(self.messages, turns, strict=False):
            message.turn = turn
        for turn in turns[len(self.messages) :]:
            self._append(turn)
        self.prompt.editor.value = prompt

    def show_api(self, api: Api) -> None:
        """Show the side that the API has."""
        self._api = api
        for editor in (*self.messages, self.prompt):
            editor.display = editor in self._shown()
        self._mount_shown()

    def _shown(self) -> Sequence[MessageEditor | PromptEditor]:
        return self.messages if self._api is Api.CHAT else [self.prompt]

    def _mount_shown(self) -> None:
        missing = [editor for editor in self._shown() if not editor.is_attached]
        if self.is_attached and missing:
            self.mount(*missing)

    def add(self) -> None:
        """Add a message at the end, by whoever has not spoken last, and put the focus there."""
        last = self.messages[-1].turn.role
        self._append(Turn("assistant" if last == "user" else "user", "")).take_focus()

    def remove_message(self, message: MessageEditor) -> Turn:
        """Take a message away; the only one there is stays, and becomes empty.

        Returns:
            What was taken away.
        """
        turn = message.turn
        if len(self.messages) == 1:
            message.editor.replace_value("")
            return turn
        index = self.messages.index(message)
        self.messages.remove(message)
        self.messages[min(index, len(self.messages) - 1)].take_focus()
        message.remove()
        return turn

    def _append(self, turn: Turn) -> MessageEditor:
        message = MessageEditor(turn)
        self.messages.append(message)
        self._mount_shown()
        return message
