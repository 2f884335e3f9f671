"""What a person is told before they say yes. Its digest is stored with every consent.

Changing a word changes NOTICE_SHA256: raise NOTICE_VERSION with it, and keep the old text in docs/guide, so
that it can still be shown what an earlier yes was a yes to.
"""

from __future__ import annotations

import hashlib

NOTICE_VERSION = "1"

NOTICE = """\
You are asked whether this community may make pictures of you with a computer.

What happens to your photos
- A small file is learnt from them that lets the community's own computer draw somebody who looks like you.
- Your photos and that file are stored encrypted, on that computer only, under a key of your own.
- They are not sent to any other service, and they are used for nothing you have not ticked below.
- Photos are cleaned of place, time and camera data before they are stored.

What you can tick, each by itself
- train: learn from my photos.
- generate: draw me when a member asks for it. Every picture is marked as made by a computer.
- nightly: draw me in the nightly pictures, which nobody asked for in particular.
- gallery: show pictures of me in the community's gallery.
- measure_likeness: compare pictures with my photos to see how alike they are. The comparison is not stored.

How long
- Until the date shown with this notice, a year from your yes unless you choose otherwise. Then it ends.

Who decides
- Only you can say yes, and only you can take it back. A moderator confirms that it was you who answered.
- Saying no has no consequences. Nobody, not even the owner of the server, can answer for you.

How to stop
- Say so at any time with `consent withdraw`, without giving a reason. From that moment no picture of you is
  made or delivered, what is on its way stops, and your photos, the learnt file and its pictures are erased.
- What others have already downloaded or posted elsewhere cannot be called back by this computer.

What is written down
- A record of what was asked, agreed, made and erased, under a random number instead of your name. It stays,
  so that you can check what happened; the details in it that are about you are erased with your photos.
"""

NOTICE_SHA256 = hashlib.sha256(NOTICE.encode("utf-8")).hexdigest()
