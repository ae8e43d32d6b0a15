// Moves a scrolled frame by dragging its ground with a mouse. Fingers and wheels scroll it by themselves.
import { type PointerEvent, type RefObject, useRef } from "react";

export function usePan(frame: RefObject<HTMLElement | null>) {
  const start = useRef<{ x: number; y: number; left: number; top: number }>(undefined);
  return {
    onPointerDown(event: PointerEvent) {
      const isGround = event.target instanceof Element && !event.target.closest("button");
      if (event.pointerType !== "mouse" || event.button !== 0 || !isGround || !frame.current)
        return;
      const { scrollLeft: left, scrollTop: top } = frame.current;
      start.current = { x: event.clientX, y: event.clientY, left, top };
      frame.current.setPointerCapture(event.pointerId);
    },
    onPointerMove(event: PointerEvent) {
      const from = start.current;
      if (!from) return;
      frame.current!.scrollTo(
        from.left + from.x - event.clientX,
        from.top + from.y - event.clientY,
      );
    },
    onPointerUp() {
      start.current = undefined;
    },
  };
}
